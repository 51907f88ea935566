"""Mail against a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bench.servers.ports import free_port
from notify.channels import ChannelSettings, send
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.receivers import PATIENCE_S, drips, listener, once_sent
from tests.notify.samples import MORNING, ROWS, alert

LONG = "【森防通报】火情通报（跨界）。\n.一行以点开头。\n" + "长" * 300
PARCEL = Parcel(ROWS[0], alert(text_long=LONG), sending_utc=MORNING)
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0)
C = OutcomeClass


@dataclass
class PostOffice:
    """An SMTP server that answers each step as it is told, and keeps what it took."""

    taken: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    at_sender: str = "250 OK"
    at_recipient: str = "250 OK"
    at_text: str = "250 OK"
    drop_after_text: bool = False
    wait_s: float = 0.0

    async def handle_MAIL(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.at_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.wait_s)
        if self.drop_after_text:
            cast("asyncio.Transport", server.transport).abort()
        if self.at_text.startswith("2"):
            self.taken.append(cast("bytes", envelope.content))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.at_text

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, parsed."""
        return [email.message_from_bytes(content, policy=email.policy.default) for content in self.taken]


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def port(office: PostOffice) -> Iterator[int]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def mailed(port: int, *, to: str = "duty@example.org", deadline_s: float = 30.0, **parcel: Any) -> Outcome:
    address = f"mailto://127.0.0.1:{port}/?from=firewatch@example.org&to={to}"
    return send(address, replace(PARCEL, **parcel), settings=replace(SETTINGS, deadline_s=deadline_s))


def test_a_mail_arrives_whole(office: PostOffice, port: int) -> None:
    outcome = mailed(port)
    assert outcome == Outcome(C.OK, "mail: the server took it", provider_id=f"<{PARCEL.key}@example.org>")
    (mail,) = office.mails
    assert office.recipients == [["duty@example.org"]]
    assert mail["Subject"] == alert().text_short
    assert mail.get_content().replace("\r\n", "\n") == LONG + "\n"
    assert (mail["From"], mail["To"]) == ("firewatch@example.org", "duty@example.org")
    assert mail["Date"] == "Sat, 10 Apr 2027 07:07:00 +0000"
    assert (mail["X-Alert-Key"], mail["Auto-Submitted"]) == (PARCEL.key, "auto-generated")
    assert mail.get_all("Message-ID") == [f"<{PARCEL.key}@example.org>"]


def test_every_copy_has_the_same_message_id_and_a_repeat_says_so(office: PostOffice, port: int) -> None:
    mailed(port)
    mailed(port, resend=True)
    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert second["Subject"].startswith("【森防通报】重发：")


def test_a_subject_of_several_lines_makes_no_new_header(office: PostOffice, port: int) -> None:
    mailed(port, alert=alert(text_short="一\r\nBcc: evil@example.org", text_long="长"))
    (mail,) = office.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "一 Bcc: evil@example.org"


def test_a_plus_in_a_mailbox_stays_a_plus(office: PostOffice, port: int) -> None:
    mailed(port, to="duty+fire@example.org")
    assert office.recipients == [["duty+fire@example.org"]]


@pytest.mark.parametrize(
    ("step", "answer", "outcome", "detail"),
    [
        ("at_sender", "451 later", C.REJECT_TEMPORARY, "mail: 451 to sender"),
        ("at_sender", "550 no", C.REJECT_PERMANENT, "mail: 550 to sender"),
        ("at_recipient", "451 greylisted", C.REJECT_TEMPORARY, "mail: 451 to recipient"),
        ("at_recipient", "550 unknown", C.REJECT_PERMANENT, "mail: 550 to recipient"),
        ("at_text", "451 later", C.REJECT_TEMPORARY, "mail: 451 to the text"),
        ("at_text", "552 full", C.REJECT_PERMANENT, "mail: 552 to the text"),
        ("at_text", "354 what", C.UNKNOWN, "mail: no readable answer to the text"),
    ],
)
def test_each_answer_at_each_step_has_its_class(
    office: PostOffice, port: int, *, step: str, answer: str, outcome: OutcomeClass, detail: str
) -> None:
    setattr(office, step, answer)
    assert mailed(port) == Outcome(outcome, detail)
    assert office.taken == []


def test_a_connection_dropped_after_the_text_may_have_arrived(office: PostOffice, port: int) -> None:
    office.drop_after_text = True
    found = mailed(port)
    assert found.outcome_class is C.UNKNOWN
    assert found.detail.startswith("mail: broken off after the text")


def test_a_server_that_takes_the_text_and_falls_silent_is_cut_at_the_deadline(office: PostOffice, port: int) -> None:
    office.wait_s = PATIENCE_S
    assert once_sent(lambda deadline_s: mailed(port, deadline_s=deadline_s)).outcome_class is C.UNKNOWN


def test_nobody_at_the_port_means_not_sent() -> None:
    assert mailed(free_port()).outcome_class is C.NOT_SENT


@pytest.mark.parametrize(
    ("greeting", "outcome"),
    [
        (b"421 busy\r\n", C.REJECT_TEMPORARY),
        (b"554 go away\r\n", C.REJECT_PERMANENT),
        (b"hello\r\n", C.REJECT_TEMPORARY),
        (b"", C.NOT_SENT),
    ],
)
def test_a_greeting_that_is_none_ends_the_attempt(greeting: bytes, outcome: OutcomeClass) -> None:
    with listener(lambda connection: connection.sendall(greeting)) as port:
        assert mailed(port).outcome_class is outcome


def test_a_greeting_that_drips_is_cut_at_the_deadline() -> None:
    def talk(connection: socket.socket) -> None:
        assert drips(connection, b"2")

    with listener(talk) as port:
        assert mailed(port, deadline_s=0.3).outcome_class is C.NOT_SENT


def test_tls_that_the_far_end_does_not_speak_means_not_sent(office: PostOffice, port: int) -> None:
    address = f"mailtos://127.0.0.1:{port}/?from=a@example.org&to=b@example.org"
    found = send(address, PARCEL, settings=SETTINGS)
    assert found.outcome_class in {C.NOT_SENT, C.REJECT_TEMPORARY, C.REJECT_PERMANENT}
    assert office.taken == []


@pytest.fixture
def secure_port(office: PostOffice, trusted: ssl.SSLContext) -> Iterator[int]:
    """STARTTLS is required, and so is a login."""

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=(login.login, login.password) == (b"duty", b"p@ss"), handled=False)

    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=trusted,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.mark.parametrize("scheme", ["mailto", "mailtos"])
def test_a_login_goes_through_starttls(office: PostOffice, secure_port: int, scheme: str) -> None:
    address = f"{scheme}://duty:p%40ss@127.0.0.1:{secure_port}/?from=a@example.org&to=b@example.org"
    assert send(address, PARCEL, settings=SETTINGS).outcome_class is C.OK
    assert office.recipients == [["b@example.org"]]


def test_a_wrong_password_is_permanent(office: PostOffice, secure_port: int) -> None:
    address = f"mailtos://duty:wrong@127.0.0.1:{secure_port}/?from=a@example.org&to=b@example.org"
    assert send(address, PARCEL, settings=SETTINGS) == Outcome(C.REJECT_PERMANENT, "mail: 535 to login")
    assert office.taken == []


def test_a_certificate_of_another_host_means_not_sent(office: PostOffice, secure_port: int) -> None:
    address = f"mailtos://duty:p%40ss@localhost:{secure_port}/?from=a@example.org&to=b@example.org"
    assert send(address, PARCEL, settings=SETTINGS).outcome_class is C.NOT_SENT


def test_tls_from_the_first_byte_on_its_own_port(
    office: PostOffice, trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), ssl_context=trusted)
    controller.start()
    monkeypatch.setattr("notify.channels.mail._TLS_PORT", controller.port)
    try:
        found = send("mailtos://127.0.0.1/?from=a@example.org&to=b@example.org", PARCEL, settings=SETTINGS)
    finally:
        controller.stop()
    assert found.outcome_class is C.OK
    assert len(office.taken) == 1


def test_a_password_is_not_sent_without_tls(office: PostOffice, port: int) -> None:
    address = f"mailto://user:secret@127.0.0.1:{port}/?from=a@example.org&to=b@example.org"
    found = send(address, PARCEL, settings=SETTINGS)
    assert found == Outcome(C.REJECT_PERMANENT, "mail: 538 to a password without TLS, which is not sent")
    assert office.taken == []


def test_a_password_that_smtp_cannot_say_is_refused() -> None:
    address = "mailtos://duty:密码@127.0.0.1:1/?from=a@example.org&to=b@example.org"
    found = send(address, PARCEL, settings=SETTINGS)
    assert found == Outcome(C.REJECT_PERMANENT, "mail: SMTP takes names and passwords in ASCII only")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=a@example.org",
        "?to=b@example.org",
        "?from=a@example.org&to=b@example.org&to=c@example.org",
        "?from=a@example.org&to=b@example.org,c@example.org",
        "?from=a@example.org&to=b",
        "?from=a@example.org&to=b@example.org%0d%0aRCPT TO:<c@example.org>",
        "?from=<a@example.org>&to=b@example.org",
    ],
)
def test_an_address_without_exactly_one_mailbox_at_each_end_is_refused(query: str) -> None:
    found = send(f"mailto://127.0.0.1:1/{query}", PARCEL, settings=SETTINGS)
    assert found.outcome_class is C.REJECT_PERMANENT
    assert "example" not in found.detail
