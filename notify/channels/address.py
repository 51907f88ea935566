"""Addresses of channels: parameters by name, secrets by their names, nothing that is not understood."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

_SECRET = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_]*)\}")


class AddressUnreadable(ValueError):
    """An address that names too little, too much, or a secret that is not set. The message holds no value of it."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What stands behind the question mark of an address."""

    values: Mapping[str, str] = field(repr=False)
    api: SplitResult = field(repr=False)
    """Where the provider is asked: its public address, or that of a private deployment (``api=``)."""

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str) -> str:
        """A parameter that may be absent; empty then."""
        return self.values.get(name, "")

    def listed(self, name: str) -> list[str]:
        """A comma separated parameter."""
        return [part.strip() for part in self.get(name).split(",") if part.strip()]


def parameters(
    address: str, *, needed: tuple[str, ...], allowed: tuple[str, ...] = (), api: str = "https://invalid"
) -> Parameters:
    """Read ``scheme://?name=value&…``.

    Args:
        address: with its secrets filled in.
        needed: parameters that must be there.
        allowed: parameters that may be there; ``api`` always may.
        api: where the provider is asked unless the address says otherwise.

    Raises:
        AddressUnreadable: a parameter is missing, empty, there twice, or not known.
    """
    try:
        found = parse_qs(urlsplit(address).query.replace("+", "%2B"), keep_blank_values=True)
        base = urlsplit(found.pop("api", [api])[0])
        _ = base.port
    except ValueError:
        raise AddressUnreadable("the address cannot be read") from None
    if base.scheme not in {"http", "https"} or not base.hostname:
        raise AddressUnreadable("api= is not http://host or https://host")
    for name in needed:
        if len(found.get(name, [])) != 1 or not found[name][0].strip():
            raise AddressUnreadable(f"the address needs one {name}=")
    for name, values in found.items():
        if name not in needed + allowed:
            raise AddressUnreadable(f"the address has a parameter that this channel does not know: {name[:20]!r}")
        if len(values) != 1 or not values[0].isprintable():
            raise AddressUnreadable(f"{name}= stands twice or has control characters")
    return Parameters({name: values[0].strip() for name, values in found.items()}, base)


def secret_names(address: str) -> tuple[str, ...]:
    """Names of the secrets that an address asks for."""
    return tuple(_SECRET.findall(address))


def filled(address: str, secret: Callable[[str], str | None]) -> str:
    """``address`` with its secrets in place of their names: ``dingtalk://?token=${dingtalk_token}``.

    Raises:
        AddressUnreadable: a secret is not set; the message names it.
    """
    for name in secret_names(address):
        if secret(name) is None:
            raise AddressUnreadable(f"the secret {name} is not set")
    return _SECRET.sub(lambda found: quote(secret(found[1]) or "", safe=""), address)


def credential_of(address: str) -> str:
    """What a provider counts by, as a name that tells nothing of it: all addresses with one key share one.

    For channels of ours that is the scheme with key, token or account; for others scheme, user and host.
    """
    scheme, _, rest = address.partition("://")
    parts = re.split(r"[?&]", rest)
    named = dict(part.partition("=")[::2] for part in parts[1:])
    counted = [named[name] for name in ("key", "token", "corpid", "agentid", "id") if name in named]
    counted = counted or [parts[0].partition("/")[0]]
    digest = hashlib.sha256("|".join([scheme.lower(), *counted]).encode()).hexdigest()
    return f"{scheme.lower()}-{digest[:12]}"
