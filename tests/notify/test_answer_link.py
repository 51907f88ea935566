"""Answer links: only what we signed opens, for one office and one alert, and not for ever."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.answer_link import AnswerClaim, LinkKey, TokenFault, TokenRefused, claim_of, minted
from tests.notify.samples import MORNING, hours

KEY, BEFORE, STRANGER = (LinkKey(letter * 32) for letter in (b"n", b"o", b"s"))
CLAIM = AnswerClaim("a" * 32, "beijing", "110116", 2, MORNING + hours(48), "d" * 32)
TOKEN = minted(CLAIM, KEY)


def fault(token: str, **changes: object) -> TokenFault:
    with pytest.raises(TokenRefused) as refused:
        claim_of(token, **({"keys": (KEY, BEFORE), "now": MORNING} | changes))  # type: ignore[arg-type]
    return refused.value.fault


def test_a_token_opens_what_it_was_made_for_and_is_the_same_each_time() -> None:
    assert claim_of(TOKEN, keys=(KEY,), now=MORNING) == CLAIM
    assert minted(CLAIM, KEY) == TOKEN
    assert len(TOKEN) < 250


def test_while_keys_are_changed_links_of_both_open_and_of_no_third() -> None:
    assert claim_of(minted(CLAIM, BEFORE), keys=(KEY, BEFORE), now=MORNING) == CLAIM
    assert fault(minted(CLAIM, STRANGER)) is TokenFault.UNKNOWN_KEY
    assert fault(minted(CLAIM, BEFORE), keys=(KEY,)) is TokenFault.UNKNOWN_KEY
    assert fault(TOKEN, keys=()) is TokenFault.UNKNOWN_KEY


def test_a_link_ends_at_its_end() -> None:
    assert claim_of(TOKEN, keys=(KEY,), now=CLAIM.expires_utc - timedelta(seconds=1)) == CLAIM
    assert fault(TOKEN, now=CLAIM.expires_utc) is TokenFault.EXPIRED


@pytest.mark.parametrize(
    "claim",
    [
        replace(CLAIM, office="130826"),
        replace(CLAIM, region="hebei"),
        replace(CLAIM, alert_id="b" * 32),
        replace(CLAIM, revision=3),
        replace(CLAIM, expires_utc=CLAIM.expires_utc + hours(1)),
        replace(CLAIM, jti="e" * 32),
    ],
)
def test_the_signature_of_one_claim_opens_no_other(claim: AnswerClaim) -> None:
    payload = minted(claim, KEY).split(".")[0]
    assert fault(".".join([payload, *TOKEN.split(".")[1:]])) is TokenFault.FORGED


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("abcXYZ019-_."))
def test_no_single_changed_letter_opens(position: int, letter: str) -> None:
    changed = TOKEN[:position] + letter + TOKEN[position + 1 :]
    if changed != TOKEN:
        fault(changed)


@given(st.text(max_size=600))
def test_no_other_text_opens_or_crashes(text: str) -> None:
    fault(text)


def test_a_signed_payload_that_is_none_of_ours_is_malformed() -> None:
    payload = base64.urlsafe_b64encode(b"a|b").rstrip(b"=").decode()
    assert fault(f"{payload}.{KEY.key_id}.{KEY.mac(payload)}") is TokenFault.MALFORMED


def test_a_short_secret_is_refused_and_no_secret_is_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LinkKey(b"short")
    assert "nnnn" not in repr(KEY)


def test_a_name_that_would_blur_the_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        minted(replace(CLAIM, office="1|2"), KEY)
