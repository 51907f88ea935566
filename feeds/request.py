"""What is asked of a feed, with the secret part held apart from everything that is shown or kept."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from pydantic import SecretStr

MASK = "***"
_SHOWN_CHARS = 140


@dataclass(frozen=True)
class FeedRequest:
    """One GET to one feed.

    ``url`` and the values of ``params`` may hold placeholders such as ``{map_key}``, which are filled from ``secrets``
    only at the moment of sending. Whatever is logged, compared, archived or raised is made of the unfilled text.

    Args:
        feed: name of the feed, for example ``firms_viirs_noaa20``.
        url: address without query, possibly with placeholders.
        params: query parameters in the order in which they are sent.
        headers: request headers; never a place for a secret.
        secrets: value of each placeholder.

    Raises:
        ValueError: a placeholder has no secret, or a secret no placeholder, or one is blank.
    """

    feed: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    secrets: Mapping[str, SecretStr] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = {name for text in self._texts() for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        if asked != set(self.secrets):
            raise ValueError(f"{self.feed}: placeholders {sorted(asked)} but secrets for {sorted(self.secrets)}")
        blank = sorted(name for name, secret in self.secrets.items() if not secret.get_secret_value().strip())
        if blank:
            raise ValueError(f"{self.feed}: the secret {', '.join(blank)} is blank; set it, or leave it out altogether")

    @property
    def public_url(self) -> str:
        """The address with every secret masked: fit for logs, errors and the archive."""
        return self._address(dict.fromkeys(self.secrets, MASK), safe="*")

    @property
    def shown_url(self) -> str:
        """The masked address as an error shows it: a forecast for a hundred points would fill a page."""
        url = self.public_url
        return url if len(url) <= _SHOWN_CHARS else f"{url[:_SHOWN_CHARS]}…"

    @property
    def request_key(self) -> str:
        """Stable text of what was asked: the same question gives the same key, whatever the secret."""
        return f"GET {self.public_url}"

    def wire_url(self) -> str:
        """The address with its secrets filled in. For ``feeds.http`` alone."""
        return self._address({name: secret.get_secret_value() for name, secret in self.secrets.items()})

    def masked(self, text: str) -> str:
        """``text`` with every secret masked: servers like to repeat what they were asked."""
        for secret in self.secrets.values():
            value = secret.get_secret_value()
            text = text.replace(value, MASK).replace(quote(value, safe=""), MASK)
        return text

    def _texts(self) -> tuple[str, ...]:
        return (self.url, *(value for _, value in self.params))

    def _address(self, filling: Mapping[str, str], safe: str = "") -> str:
        path = self.url.format_map({name: quote(value, safe=safe) for name, value in filling.items()})
        query = urlencode([(name, value.format_map(filling)) for name, value in self.params], safe=f",:{safe}")
        return f"{path}?{query}" if query else path
