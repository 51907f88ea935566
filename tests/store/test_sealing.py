"""Addresses at rest."""

from __future__ import annotations

import pytest

from store.keys import NO_KEYS, key_ring
from store.sealing import SealBroken, sealed, unsealed

OLD, NEW, BOTH = key_ring("01" * 32), key_ring("02" * 32), key_ring("02" * 32, "01" * 32)
TEXT = b"address = '13912345678'"


def test_what_is_sealed_shows_nothing_and_comes_back() -> None:
    whole = sealed(TEXT, OLD, name="contacts")
    assert b"139" not in whole
    assert unsealed(whole, OLD, name="contacts") == TEXT
    assert sealed(TEXT, OLD, name="contacts") != whole, "each seal has a nonce of its own"


def test_while_a_key_takes_over_both_are_read_and_the_new_one_writes() -> None:
    assert unsealed(sealed(TEXT, OLD, name="c"), BOTH, name="c") == TEXT
    assert unsealed(sealed(TEXT, BOTH, name="c"), NEW, name="c") == TEXT
    with pytest.raises(SealBroken, match="not set here"):
        unsealed(sealed(TEXT, OLD, name="c"), NEW, name="c")


@pytest.mark.parametrize("position", [0, 20, -1])
def test_a_changed_byte_is_found(position: int) -> None:
    whole = bytearray(sealed(TEXT, OLD, name="c"))
    whole[position] ^= 1
    with pytest.raises(SealBroken):
        unsealed(bytes(whole), OLD, name="c")


def test_another_file_s_seal_a_cut_one_and_no_key_are_refused() -> None:
    whole = sealed(TEXT, OLD, name="c")
    for content, name in ((whole, "other"), (whole[:40], "c"), (TEXT, "c"), (b"", "c")):
        with pytest.raises(SealBroken):
            unsealed(content, OLD, name=name)
    with pytest.raises(SealBroken, match="contacts_key"):
        sealed(TEXT, NO_KEYS, name="c")
