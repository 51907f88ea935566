"""A picture beside a text that has left: a file in the inbox, a mail of its own. Other channels carry none.

Chat bots could, but each message of theirs counts against the rate of the account that sends texts; a picture delays no
text. It is a message of its own everywhere, so that nothing is wrong with the text where the picture is lost.
"""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path

from notify.channels.address import AddressUnreadable, filled
from notify.channels.inbox import INBOX_ADDRESS, NO_PLACE
from notify.channels.mail import headed, posted
from notify.channels.plugin import ChannelSettings
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.texts import DRILL
from notify.whole_file import write_whole

CARRY = frozenset({"inbox", "mail"})
"""Kinds of channels that carry a picture."""
MOST_BYTES = 8_000_000
"""Mail servers commonly refuse more than 10 MB, and base64 makes a third more of it."""
_C = OutcomeClass
_PNG = b"\x89PNG\r\n\x1a\n"


def send_picture(address: str, parcel: Parcel, file: Path, *, settings: ChannelSettings) -> Outcome:
    """Send one picture to one address, once, and say what is known.

    Args:
        address: as :func:`notify.channels.send` takes it.
        parcel: whose text has left.
        file: PNG.
        settings: where the inbox lies, the total deadline and secrets.
    """
    scheme = address.partition("://")[0].lower()
    try:
        picture = file.read_bytes()
    except OSError as error:
        return Outcome(_C.REJECT_PERMANENT, f"picture: cannot be read ({os.strerror(error.errno or 0)})")
    if not picture.startswith(_PNG) or len(picture) > MOST_BYTES:
        return Outcome(_C.REJECT_PERMANENT, f"picture: no PNG of at most {MOST_BYTES} bytes, but {len(picture)} bytes")
    if scheme == "inbox":
        return _laid_down(address, parcel, picture, settings=settings)
    if scheme not in {"mailto", "mailtos"}:
        return Outcome(_C.REJECT_PERMANENT, f"{scheme}: carries no picture")
    try:
        return posted(filled(address, settings.secret), _mail(parcel, picture), deadline_s=settings.deadline_s)
    except AddressUnreadable as error:
        return Outcome(_C.REJECT_PERMANENT, f"{scheme}: {error}")


def _laid_down(address: str, parcel: Parcel, picture: bytes, *, settings: ChannelSettings) -> Outcome:
    """Beside the office's messages, under the key of the text."""
    parts = INBOX_ADDRESS.fullmatch(address)
    if parts is None:
        return NO_PLACE
    path = settings.inbox_dir / parts[1] / parts[2] / f"{parcel.key}.png"
    try:
        write_whole(path, picture)
    except OSError as error:
        return Outcome(_C.NOT_SENT, f"inbox: {os.strerror(error.errno or 0)}; nothing was written")
    return Outcome(_C.OK, "inbox: written")


def _mail(parcel: Parcel, picture: bytes) -> EmailMessage:
    """An answer to the mail with the text; an exercise begins and ends as one."""
    mark = DRILL if parcel.alert.exercise else ""
    words = f"{mark}{parcel.alert.code}态势图（内部用图），文字以此前邮件为准。{mark}"
    mail = headed(parcel, key=f"{parcel.key}.picture", subject=words, after=parcel.key)
    mail.set_content(words + "\n", cte="base64")
    mail.add_attachment(picture, maintype="image", subtype="png", filename=f"{parcel.alert.code}.png")
    return mail
