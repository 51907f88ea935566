"""Rows that tests hold word by word: their tests are run here, and one that is skipped holds nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.faults.scene import Verdict
from bench.faults.size import Size

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Proof:
    """A row, the tests that hold it, and what of the row they leave out."""

    row: int
    fault: str
    tests: tuple[str, ...]
    left_out: str = ""


PROOFS = (
    Proof(
        16,
        "SMTP: each answer at each step, drop after DATA, TLS failure, real SMTP server",
        ("tests/notify/test_channel_mail.py",),
        "213 mails of each through the ledger, and five minutes of greylisting",
    ),
    Proof(
        23,
        "a map image that fails",
        ("tests/flows/test_picturing.py", "tests/flows/test_picture_post.py", "tests/notify/test_channel_pictures.py"),
    ),
    Proof(26, "forged, expired, other and replayed links; opening the page", ("tests/desk/test_answer_page.py",)),
    Proof(29, "20 telephone numbers and 10 keys through every error path", ("tests/flows/test_log_masking.py",)),
    Proof(
        30, "audit log: edit, delete, insert, swap, truncate, 100 each, two databases", ("tests/store/test_audit.py",)
    ),
    Proof(
        32,
        "dispatcher dead or silent: the heartbeat stops, serving starts it again",
        ("tests/flows/test_auditing.py", "tests/flows/test_supervised.py"),
        "ten of each against a watcher in real time; by the clocks it calls within 3 min at the latest",
    ),
    Proof(35, "CAP: own messages, samples and negatives", ("tests/notify/cap",)),
)


def held_by_tests(size: Size, proof: Proof) -> Verdict:
    """Run the tests of a row. Beside all other tests they need not run a second time."""
    amount = ", ".join(name.removeprefix("tests/") for name in proof.tests)
    out = f"; left out: {proof.left_out}" if proof.left_out else ""
    if size.quick:
        return Verdict(proof.row, proof.fault, amount, None, note=f"its tests run beside this form{out}")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *proof.tests)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last)}
    held = done.returncode == 0 and counted.get("passed", 0) > 0 and not counted.get("skipped")
    said = ", ".join(f"{number} tests {word}" for word, number in counted.items()) or last
    return Verdict(proof.row, proof.fault, amount, held, note=f"{said}{out}")
