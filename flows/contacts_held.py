"""The contacts file as it lies on disk: plain, or sealed with a key of its own."""

from __future__ import annotations

from pathlib import Path

from boundary_zones.contacts import Contacts, load_contacts, parse_contacts
from flows.errors import ConfigurationError
from flows.secrets_held import Secrets
from store.keys import KeyRing, key_ring
from store.sealing import SUFFIX, unsealed

_NAME = "contacts"
"""Bound to the seal."""


def contacts_keys(secrets: Secrets) -> KeyRing:
    """Keys of the contacts file, newest first."""
    return key_ring(secrets.get("contacts_key"), secrets.get("contacts_key_previous"))


def contacts_of(path: Path, secrets: Secrets) -> Contacts:
    """Read a contacts file; one whose name ends in ``.sealed`` is unsealed in memory.

    Raises:
        ConfigurationError: it cannot be read.
        ContactsError: as :func:`boundary_zones.contacts.parse_contacts`.
        StoreError: its seal is broken, or its key is not set.
    """
    if path.suffix != SUFFIX:
        return load_contacts(path)
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"FIREWATCH_CONTACTS: {path.name}: {error.strerror}") from error
    return parse_contacts(unsealed(whole, contacts_keys(secrets), name=_NAME).decode(), source=path.name)
