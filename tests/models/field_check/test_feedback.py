from __future__ import annotations

import pytest

from models.field_check.feedback import WILDFIRES, FeedbackDetail, FeedbackType, feedback_type


def test_the_eleven_types_have_the_codes_and_names_of_the_form() -> None:
    names = ["林火", "草原火", "计划烧除", "农用火", "炼山", "灌木火", "工矿用火", "其他", "境外火", "未找到", "核查中"]
    assert [kind.name_zh for kind in FeedbackType] == names
    assert [kind.code for kind in FeedbackType] == list(range(11))


@pytest.mark.parametrize("kind", FeedbackType)
def test_a_type_is_read_from_its_name_its_word_and_its_code(kind) -> None:
    for text in (kind.value, f" {kind.name_zh} ", str(kind.code)):
        assert feedback_type(text) == (kind, None)


@pytest.mark.parametrize("detail", FeedbackDetail)
def test_a_sub_type_names_its_type(detail) -> None:
    assert feedback_type(detail.name_zh) == (detail.of, detail)


def test_anything_else_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="0林火.*10核查中.*秸秆焚烧"):
        feedback_type("11")


def test_forest_fire_opens_the_report_and_so_do_the_other_fires_and_nothing_else() -> None:
    opening = {kind for kind in FeedbackType if kind.opens_fire_report}
    assert opening == WILDFIRES | {FeedbackType.OUTSIDE_FIRE}
    assert FeedbackType.FOREST_FIRE in opening


def test_not_found_and_checking_neither_close_nor_label() -> None:
    for kind in (FeedbackType.NOT_FOUND, FeedbackType.CHECKING):
        assert not kind.closes
        assert kind.label is None
    assert not FeedbackType.CHECKING.final


def test_labels_are_one_for_wildfires_and_zero_for_what_was_none() -> None:
    assert {kind for kind in FeedbackType if kind.label == 1} == WILDFIRES
    assert all(kind.closes for kind in FeedbackType if kind.label == 0)
