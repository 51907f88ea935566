"""The rows of the matrix, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bench.faults import channels, killing, machine, proofs, providers, soak
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
        8: (partial(channels.error_bodies, size),),
        9: (partial(providers.login_page, size),),
        10: (partial(channels.patience, size),),
        11: (partial(channels.twenty_a_minute, size),),
        12: (partial(providers.dripping, size),),
        13: (partial(providers.thousand, size),),
        14: (partial(providers.dead_channel, size), partial(channels.dead_for_half_an_hour, size)),
        15: (partial(channels.dead_for_two_hours, size),),
        17: (partial(machine.disk_full, size),),
        18: (partial(machine.locked, size),),
        19: (partial(machine.broken_file, size),),
        20: (partial(machine.clock_jumps, size),),
        21: (partial(killing.zombies, size),),
        22: (partial(providers.not_sent, size),),
        24: (partial(providers.cancel_races, size),),
        25: (partial(providers.answer_races, size),),
        27: (partial(channels.not_live, size),),
        28: (partial(machine.regions_emptied, size),),
        31: (partial(machine.flapping, size),),
        33: (partial(machine.after_fork, size),),
        34: (partial(soak.a_day, size),),
    }
    rows |= {proof.row: (partial(proofs.held_by_tests, size, proof),) for proof in proofs.PROOFS}
    yield from sorted(rows.items())
