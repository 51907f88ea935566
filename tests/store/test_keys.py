"""Keys that live outside the database."""

from __future__ import annotations

import base64

import pytest

from store.keys import Key, KeyRing, KeyUnreadable, key_ring

MATERIAL = bytes(range(32))


def test_a_key_is_read_from_base64_and_from_hexadecimal() -> None:
    assert key_ring(base64.b64encode(MATERIAL).decode()) == key_ring(f" {MATERIAL.hex()}\n")


def test_absent_keys_are_left_out_and_the_newest_stands_first() -> None:
    old = bytes(32)
    ring = key_ring(None, MATERIAL.hex(), "", old.hex())
    assert ring.newest == Key(MATERIAL)
    assert [key.material for key in ring] == [MATERIAL, old]
    assert ring.by_id(Key(old).key_id) == Key(old)
    assert ring.by_id("nobody") is None
    assert not KeyRing()


@pytest.mark.parametrize("text", ["short", MATERIAL.hex()[:-1], "x" * 64, base64.b64encode(MATERIAL[:31]).decode()])
def test_a_text_that_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(KeyUnreadable) as error:
        key_ring(text)
    assert text not in str(error.value)


def test_a_key_shows_itself_nowhere() -> None:
    key = Key(MATERIAL)
    assert "\\x1f" not in repr(key)
    assert key.material.hex() not in repr(KeyRing((key,)))


def test_each_purpose_has_its_own_key() -> None:
    key = Key(MATERIAL)
    assert key.derived("audit") != key.derived("address")
    assert key.digest("audit", b"x") != key.digest("address", b"x")
