"""Passwords of the duty desk: Argon2id, and the same time for a login that is not there."""

from __future__ import annotations

from functools import lru_cache

from pwdlib import PasswordHash

from store.errors import AnswerUnclear

MOST_CHARACTERS = 128
"""More is not hashed: a hash of megabytes would be an attack on us."""


def hashed(password: str, *, least: int) -> str:
    """The hash that is kept.

    Args:
        password: as it was typed.
        least: characters that it must have.

    Raises:
        AnswerUnclear: too short, too long, or of fewer than four different characters.
    """
    if not least <= len(password) <= MOST_CHARACTERS:
        raise AnswerUnclear(f"a password has {least} to {MOST_CHARACTERS} characters")
    if len(set(password)) < 4:
        raise AnswerUnclear("a password of fewer than four different characters is guessed at once")
    return _hasher().hash(password)


def fits(password: str, known: str | None) -> bool:
    """Whether a password is the one behind a hash; without a hash it takes as long, and is not."""
    given = password[: MOST_CHARACTERS + 1]
    right = _hasher().verify(given, known or _nobody())
    return right and known is not None and len(given) <= MOST_CHARACTERS


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
