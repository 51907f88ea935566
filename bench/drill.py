"""``make transcript``: one exercise through a signed drill window, told as the officers of three regions saw it.

Four county offices around the fire are reached by a real mail server of this machine, everybody else in the inbox.
What that server took is the proof: nothing for others, 【演练】 first and last. Ends with code 1 where that does not
hold, or where a CAP message of the exercise is not valid and signed.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.servers.ports import free_port
from flows.wiring import EXAMPLE_CONTACTS
from notify.texts import DRILL

CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "docs" / "transcript-exercise.md"
OFFICES = (
    ("beijing", "110117", "平谷区森防办"),
    ("tianjin", "120119", "蓟州区森防办"),
    ("hebei", "131082", "三河市森防办"),
    ("hebei", "130822", "兴隆县森防办"),
)
_ROW = """
[[recipient]]
region = "{region}"
office = "{office}"
office_zh = "{office_zh}"
role = "county_duty"
channel = "mail"
address = "mailto://127.0.0.1:{port}/?from=firewatch@example.org&to={office}@example.org"
"""


@dataclass
class PostOffice:
    """Keeps every mail that it takes."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    """To whom, and the text."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take a mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        part = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
        self.taken += [(to, part.get_content().strip() if part else "") for to in envelope.rcpt_tos]
        return "250 OK"


def main() -> int:
    """Play it, write the page, say what was proven."""
    office = PostOffice()
    port = free_port()
    post = Controller(office, hostname="127.0.0.1", port=port)
    post.start()
    try:
        with tempfile.TemporaryDirectory(prefix="firewatch-drill-") as folder:
            return _played(Path(folder), office, port)
    finally:
        post.stop()


def _played(folder: Path, office: PostOffice, port: int) -> int:
    contacts = folder / "contacts.toml"
    rows = [_ROW.format(region=region, office=gb, office_zh=name, port=port) for region, gb, name in OFFICES]
    contacts.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8") + "".join(rows), encoding="utf-8")
    home = {"FIREWATCH_HOME": str(folder / "home"), "FIREWATCH_CONTACTS": str(contacts)}
    now = datetime.now(UTC)
    named = [f"--office={region}/{gb}" for region, gb, _ in OFFICES]
    span = (f"--from={(now - timedelta(minutes=1)).isoformat()}", f"--to={(now + timedelta(hours=2)).isoformat()}")
    asked = firewatch(home, "drill", "ask", *named, *span, "--reason=界上火情联合演练", "--by=平谷值班长（演练）")
    window = asked.stdout.partition("：")[0]
    firewatch(home, "drill", "confirm", window, "--by=蓟州值班长（演练）")
    firewatch(home, "exercise", f"--window={window}", f"--transcript={PAGE}")
    cap = next((folder / "home" / "products" / "cap").iterdir())
    judged = firewatch(home, "cap", "check", str(cap), "--json")
    return _proven(office, judged)


def _proven(office: PostOffice, judged: subprocess.CompletedProcess[str]) -> int:
    marked = sum(text.startswith(DRILL) and text.endswith(DRILL) for _, text in office.taken)
    strangers = {to for to, _ in office.taken} - {f"{gb}@example.org" for _, gb, _ in OFFICES}
    found = json.loads(judged.stdout)
    signed = sum(each["valid"] and each["signatures"] == ["intact"] for each in found)
    sys.stdout.write(
        f"mails through the window: {len(office.taken)}, marked at both ends: {marked}, to others: {len(strangers)}\n"
        f"CAP messages: {len(found)}, valid and signed: {signed}\n"
        f"{PAGE.relative_to(CHECKOUT)}: {len(PAGE.read_text(encoding='utf-8').splitlines())} lines\n"
    )
    return 0 if office.taken and marked == len(office.taken) and not strangers and signed == len(found) > 0 else 1


def firewatch(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own; what it says on stderr is seen."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FIREWATCH_")}
    return subprocess.run(
        (sys.executable, "-m", "desk.cli", *arguments),
        env=clean | settings,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
