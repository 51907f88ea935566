"""``mailto://`` and ``mailtos://``: one mail to one recipient, with a Message-ID that every attempt shares.

``mailtos://[user:password@]host[:port]/?from=sender&to=recipient``: TLS from the first byte on port 465 (the default),
by STARTTLS on any other. ``mailto://`` (port 25) is plain, takes STARTTLS where it is offered, and logs in only then.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from notify.channels.line import Line, WholeLines
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel

_C = OutcomeClass
_MAILBOX = re.compile(r"[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_TLS_PORT, _PLAIN_PORT = 465, 25
_READY, _DONE, _GO_AHEAD = 220, 250, 354
_NOT_SAFE = 538


class _Refused(Exception):
    """The server answered with a code that ends the attempt."""

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"mail: {step} answered {code}")
        self.outcome = Outcome(_C.REJECT_PERMANENT if code >= 500 else _C.REJECT_TEMPORARY, f"mail: {code} to {step}")


@dataclass(frozen=True, slots=True)
class _Route:
    """How one mail goes. Nothing of it is for people to read."""

    host: str
    port: int
    secure: bool
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)

    @property
    def tls_first(self) -> bool:
        return self.secure and self.port == _TLS_PORT


class MailChannel(OwnChannel):
    """SMTP, step by step, so that each end of the conversation is known for what it is."""

    service_name = "Mail"
    protocol = "firewatchmail"
    secure_protocol = "firewatchmails"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Hand the mail to the server once."""
        mail = headed(parcel, key=parcel.key, subject=" ".join(parcel.text_short.split()))
        mail.set_content(parcel.text_full + "\n", cte="base64")
        return posted(address, mail, deadline_s=settings.deadline_s)


def headed(parcel: Parcel, *, key: str, subject: str, after: str = "") -> EmailMessage:
    """A mail of a parcel without its content and its ends.

    Args:
        parcel: what goes out.
        key: the same for every attempt; becomes the Message-ID.
        subject: one line.
        after: key of the mail that this one belongs to.
    """
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(parcel.sending_utc)
    mail["X-Alert-Key"] = key
    if after:
        mail["X-Alert-Key-Before"] = after
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def posted(address: str, mail: EmailMessage, *, deadline_s: float) -> Outcome:
    """Hand a mail of :func:`headed` to the server of an address, once."""
    route = _route_of(address)
    if isinstance(route, str):
        return Outcome(_C.REJECT_PERMANENT, f"mail: {route}")
    mail["From"] = route.sender
    mail["To"] = route.recipient
    domain = route.sender.partition("@")[2]
    mail["Message-ID"] = f"<{mail['X-Alert-Key']}@{domain}>"
    if before := mail["X-Alert-Key-Before"]:
        del mail["X-Alert-Key-Before"]
        mail["In-Reply-To"] = mail["References"] = f"<{before}@{domain}>"
    try:
        with Line(route.host, route.port, deadline_s=deadline_s) as line:
            return _conversation(line, route, mail)
    except _Refused as refused:
        return refused.outcome
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(_C.NOT_SENT, f"mail: broken off before the text ({type(error).__name__})")


def _route_of(address: str) -> _Route | str:
    """The route, or what is wrong with the address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "the address cannot be read"
    query = parse_qs(parts.query.replace("+", "%2B"))
    senders, recipients = query.get("from", []), query.get("to", [])
    if not parts.hostname or len(senders) != 1 or len(recipients) != 1:
        return "an address is mailtos://[user:password@]host[:port]/?from=…&to=…, with one of each"
    if not (_MAILBOX.fullmatch(senders[0]) and _MAILBOX.fullmatch(recipients[0])):
        return "from= and to= are each one plain mailbox"
    if not (unquote(parts.username or "") + unquote(parts.password or "")).isascii():
        return "SMTP takes names and passwords in ASCII only"
    secure = parts.scheme in {MailChannel.secure_protocol, "mailtos"}
    return _Route(
        host=parts.hostname,
        port=port or (_TLS_PORT if secure else _PLAIN_PORT),
        secure=secure,
        sender=senders[0],
        recipient=recipients[0],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _conversation(line: Line, route: _Route, mail: EmailMessage) -> Outcome:
    with closing(smtplib.SMTP(local_hostname=route.sender.partition("@")[2])) as smtp:
        _greet(smtp, line, route)
        _envelope(smtp, route)
        return _handed_over(smtp, mail)


def _handed_over(smtp: smtplib.SMTP, mail: EmailMessage) -> Outcome:
    """From here on only the server's answer says what became of the mail."""
    try:
        code = _text(smtp, mail.as_bytes(policy=MAIL_POLICY))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(_C.UNKNOWN, f"mail: broken off after the text ({type(error).__name__})")
    if 400 <= code < 600:
        raise _Refused("the text", code)
    if not 200 <= code < 300:
        return Outcome(_C.UNKNOWN, "mail: no readable answer to the text")
    with suppress(OSError, smtplib.SMTPException):
        smtp.docmd("QUIT")
    return Outcome(_C.OK, "mail: the server took it", provider_id=mail["Message-ID"])


def _greet(smtp: smtplib.SMTP, line: Line, route: _Route) -> None:
    if route.tls_first:
        line.secure()
    smtp.sock, smtp.file = line.sock, WholeLines.of(line.sock)
    code, _ = smtp.getreply()
    if code != _READY:
        raise _Refused("connecting", code)
    smtp.ehlo_or_helo_if_needed()
    encrypted = route.tls_first
    if not encrypted and (route.secure or smtp.has_extn("starttls")):
        _encrypt(smtp, line)
        encrypted = True
    if route.user is None:
        return
    if not encrypted:
        raise _Refused("a password without TLS, which is not sent", _NOT_SAFE)
    try:
        smtp.login(route.user, route.password or "")
    except smtplib.SMTPResponseException as error:
        raise _Refused("login", error.smtp_code) from None


def _encrypt(smtp: smtplib.SMTP, line: Line) -> None:
    """STARTTLS; what the server said before it does not count any more (RFC 3207, 4.2)."""
    code, _ = smtp.docmd("STARTTLS")
    if code != _READY:
        raise _Refused("STARTTLS", code)
    line.secure()
    smtp.sock, smtp.file = line.sock, WholeLines.of(line.sock)
    smtp.helo_resp = smtp.ehlo_resp = None
    smtp.esmtp_features, smtp.does_esmtp = {}, False
    smtp.ehlo_or_helo_if_needed()


def _envelope(smtp: smtplib.SMTP, route: _Route) -> None:
    for step, command in (("sender", f"MAIL FROM:<{route.sender}>"), ("recipient", f"RCPT TO:<{route.recipient}>")):
        code, _ = smtp.docmd(command)
        if code not in {_DONE, 251}:
            raise _Refused(step, code)
    code, _ = smtp.docmd("DATA")
    if code != _GO_AHEAD:
        raise _Refused("DATA", code)


def _text(smtp: smtplib.SMTP, content: bytes) -> int:
    """Send the text with its end mark; the code of the answer (RFC 5321, 4.5.2: a leading dot is doubled)."""
    smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
    code, _ = smtp.getreply()
    return code
