"""The rows of the matrix, in their order; and those that cannot run here, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bench.faults import killing, machine, providers
from bench.faults.scene import Verdict
from bench.faults.size import Size

Run = Callable[[], Verdict]


def matrix(size: Size) -> Iterator[tuple[int, Sequence[Run]]]:
    """Number of a row, and its runs."""
    rows: dict[int, Sequence[Run]] = {
        1: (
            partial(killing.kills, size, row=1, channel="sms"),
            partial(killing.kills, size, row=1, channel="webhook"),
        ),
        2: (partial(killing.kills, size, row=2, channel="bot"),),
        3: (
            partial(killing.every_point, size, channel="webhook"),
            partial(killing.every_point, size, channel="bot"),
        ),
        4: (partial(killing.producer_dies, size),),
        5: (partial(killing.producers_at_once, size),),
        6: (partial(killing.many_dispatchers, size), partial(machine.on_postgres, size)),
        7: tuple(partial(killing.flaky, size, channel=channel) for channel in ("sms", "webhook", "bot")),
        9: (partial(providers.login_page, size),),
        10: (partial(providers.patience, size),),
        12: (partial(providers.dripping, size),),
        13: (partial(providers.thousand, size),),
        14: (partial(providers.dead_channel, size),),
        15: (partial(providers.all_dead, size),),
        17: (partial(machine.disk_full, size),),
        18: (partial(machine.locked, size),),
        19: (partial(machine.broken_file, size),),
        20: (partial(machine.clock_jumps, size),),
        21: (partial(killing.zombies, size),),
        22: (partial(providers.not_sent, size),),
        24: (partial(providers.cancel_races, size),),
        25: (partial(providers.answer_races, size),),
        28: (partial(machine.regions_emptied, size),),
        31: (partial(machine.flapping, size),),
        33: (partial(machine.after_fork, size),),
    }
    for number in range(1, 36):
        if number in rows:
            yield number, rows[number]
        else:
            yield number, (partial(_not_run, number),)


def _not_run(number: int) -> Verdict:
    fault, why = ELSEWHERE[number]
    return Verdict(number, fault, "–", None, note=f"not run here: {why}")


ELSEWHERE = {
    8: ("200 with an error body", "held code by code against local providers in tests/notify (channels)"),
    11: ("20 a minute, then blocked", "the buckets are held in tests/store/test_buckets.py; 11 minutes of real time"),
    16: ("SMTP faults", "held against a real SMTP server in tests/notify/test_channel_mail.py"),
    23: ("missing or broken map image", "no image row exists yet"),
    26: ("forged, expired, replayed tokens; GET prefetch", "held in tests/desk/test_answer_page.py"),
    27: ("exercise with real credentials", "held in tests/notify/test_dispatch.py: an exercise reaches the inbox only"),
    29: ("canaries through every error path", "held in tests/notify/test_masking.py and tests/desk"),
    30: ("audit log edited", "held in tests/store/test_audit.py"),
    32: ("auditor and dispatcher die", "held in tests/flows/test_auditing.py"),
    34: ("24 h soak", "a day is longer than this run"),
    35: ("CAP messages", "held in tests/notify (CAP) against the official schema"),
}
