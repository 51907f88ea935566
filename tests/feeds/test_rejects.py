from __future__ import annotations

import polars as pl
import pytest

from feeds.errors import FeedMalformed
from feeds.rejects import EXAMPLES, ROW, Check, RejectReason, Rejects, blank, bounded, sift

FRAME = pl.DataFrame({ROW: [2, 3, 4, 5], "t": [10.0, 99.0, None, 98.0], "text": ["10", "99", None, "98"]})
HOT = Check(RejectReason.OUT_OF_RANGE, "t", pl.col("t") > 50, "text")
ABSENT = Check(RejectReason.MISSING_VALUE, "t", pl.col("t").is_null(), "text")


def test_rows_that_fail_a_check_are_counted_with_row_field_and_text():
    kept, rejects = sift(FRAME, [HOT, ABSENT])
    assert kept[ROW].to_list() == [2]
    assert rejects.counts == {RejectReason.OUT_OF_RANGE: 2, RejectReason.MISSING_VALUE: 1}
    assert str(rejects) == "missing_value 1 (row 4 t=''); out_of_range 2 (row 3 t='99', row 5 t='98')"


def test_a_row_with_two_faults_is_counted_once_under_the_first():
    all_bad = Check(RejectReason.BAD_TIME, "t", pl.lit(value=True))
    _, rejects = sift(FRAME, [HOT, all_bad])
    assert rejects.counts == {RejectReason.OUT_OF_RANGE: 2, RejectReason.BAD_TIME: 2}
    assert rejects.total == FRAME.height


def test_an_unknown_verdict_is_no_fault():
    kept, rejects = sift(FRAME, [HOT])
    assert kept[ROW].to_list() == [2, 4]
    assert rejects.total == 2


def test_nothing_to_check_leaves_everything():
    assert sift(FRAME, []) == (FRAME, Rejects()) or sift(FRAME, [])[0].equals(FRAME)
    assert sift(FRAME.clear(), [HOT])[1].total == 0


def test_blanking_keeps_the_row_and_takes_the_value():
    blanked_frame, blanked = blank(FRAME, [HOT])
    assert blanked_frame["t"].to_list() == [10.0, None, None, None]
    assert blanked.counts == {RejectReason.OUT_OF_RANGE: 2}


def test_counts_add_up_and_keep_the_first_examples():
    _, one = sift(FRAME, [HOT])
    both = one + one + one
    assert both.total == 6
    assert [seen.row for seen in both.examples[RejectReason.OUT_OF_RANGE]] == [3, 3, 3][:EXAMPLES]
    assert (Rejects() + one) == one


@pytest.mark.parametrize(
    ("rejected", "total", "share", "allowed", "refused"),
    [
        (0, 0, 0.0, 0, False),
        (0, 10, 0.0, 0, False),
        (5, 100, 0.05, 0, False),
        (6, 100, 0.05, 0, True),
        (1, 10, 0.05, 1, False),
        (2, 10, 0.05, 1, True),
        (1, 1, 1.0, 5, True),
        (10, 10, 1.0, 10, True),
    ],
    ids=[
        "quiet_day", "clean", "at_the_bound", "over_the_bound", "one_allowed", "one_too_many", "nothing_left",
        "nothing_left_of_many",
    ],
)  # fmt: skip
def test_an_answer_is_refused_when_too_much_of_it_or_all_of_it_was_rejected(
    rejected: int, total: int, share: float, allowed: int, *, refused: bool
):
    rejects = Rejects({RejectReason.BAD_TIME: rejected} if rejected else {})
    if refused:
        with pytest.raises(FeedMalformed, match=rf"^firms: {rejected} of {total} rows .*bad_time {rejected}"):
            bounded(rejects, total, share, feed="firms", allowed_rows=allowed)
    else:
        bounded(rejects, total, share, feed="firms", allowed_rows=allowed)


def test_a_refusal_says_what_to_do_about_the_commonest_reason():
    rejects = Rejects({RejectReason.OUT_OF_RANGE: 1, RejectReason.BAD_TIME: 2})
    with pytest.raises(FeedMalformed, match=r"write instants with their offset: 2024-04-05T04:00Z"):
        bounded(rejects, 3, 0.05, feed="w.csv")
