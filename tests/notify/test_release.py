"""Who signs, and as what."""

from __future__ import annotations

import pytest

from notify.release import Signer, SignerRole


@pytest.mark.parametrize(
    ("written", "name", "role"),
    [
        ("张三", "张三", None),
        (" 张三（带班领导） ", "张三", SignerRole.LEADER),
        ("平谷张三 (值班长)", "平谷张三", SignerRole.SHIFT_LEAD),
        ("平谷值班长（演练）", "平谷值班长（演练）", None),
        ("（主管领导）", "", SignerRole.HEAD),
    ],
)
def test_a_role_is_read_from_behind_a_name_and_anything_else_belongs_to_it(
    written: str, name: str, role: SignerRole | None
) -> None:
    assert Signer.read(written) == Signer(name, role)


@pytest.mark.parametrize("role", SignerRole)
def test_what_is_said_is_read_again(role: SignerRole) -> None:
    signer = Signer("张三", role)
    assert Signer.read(signer.said_zh) == signer
