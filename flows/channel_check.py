"""What must be true of the addresses of a contacts file before the first alert: found at the start."""

from __future__ import annotations

from collections.abc import Iterator

from boundary_zones.contacts import Contacts
from flows.errors import ConfigurationError
from flows.secrets_held import Secrets
from notify.dispatch import INBOX_SCHEME


def check_channels(contacts: Contacts, secrets: Secrets) -> None:
    """Make sure that every address fits its channel and that its secrets are set.

    Raises:
        ConfigurationError: naming each recipient whose channel is not that of its address, and each secret that is
            not set. It holds no address.
    """
    if all(one.address.startswith(INBOX_SCHEME) for one in contacts.recipients):
        return
    problems = [*_wrong_channels(contacts), *_missing_secrets(contacts, secrets)]
    if problems:
        raise ConfigurationError("; ".join(f"{contacts.source}: {problem}" for problem in problems))


def _wrong_channels(contacts: Contacts) -> Iterator[str]:
    """A channel that is called by another's name would get the other's rate, retries and limits."""
    from notify.channels import OWN_SCHEMES

    names = set(OWN_SCHEMES.values())
    for one in contacts.recipients:
        scheme = one.address.partition("://")[0].lower()
        channel = OWN_SCHEMES.get(scheme)
        if channel is None and one.channel_kind in names:
            yield f"{one.key}: {scheme}:// is no address of the channel {one.channel_kind}"
        elif channel is not None and one.channel_kind != channel and one.channel_kind in names:
            yield f"{one.key}: {scheme}:// belongs to the channel {channel}"


def _missing_secrets(contacts: Contacts, secrets: Secrets) -> Iterator[str]:
    from notify.channels import secret_names

    asked = {name for one in contacts.recipients for name in secret_names(one.address)}
    for name in secrets.missing(asked):
        yield f"the secret {name} is not set: FIREWATCH_SECRET_{name.upper()}, or a file {name} in FIREWATCH_SECRETS"
