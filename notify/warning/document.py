"""One warning as a document: what the law asks it to say, its number, its place in a chain, its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notify.alert import WarningColour, require_utc


class WarningAction(StrEnum):
    """What a document does. Each is a new numbered text that is linked to the first of its chain."""

    ISSUE = "issue"
    RAISE = "raise"
    LOWER = "lower"
    EXTEND = "extend"
    END = "end"

    @property
    def name_zh(self) -> str:
        """发布, 升级, 降级, 延续, 解除."""
        return {"issue": "发布", "raise": "升级", "lower": "降级", "extend": "延续", "end": "解除"}[self.value]


NEXT_ACTIONS: Mapping[WarningAction | None, frozenset[WarningAction]] = {
    None: frozenset({WarningAction.ISSUE}),
    **{
        action: frozenset(WarningAction) - {WarningAction.ISSUE}
        for action in WarningAction
        if action is not WarningAction.END
    },
    WarningAction.END: frozenset(),
}
"""What may follow in a chain; None is its beginning. After an end a new chain begins."""


class DocumentState(StrEnum):
    """Life of a document. Only a named person takes it out of draft."""

    DRAFT = "draft"
    SIGNED = "signed"
    RELEASED = "released"
    REPLACED = "replaced"
    """A draft that a newer draft took the place of, or that nothing asks for any more."""
    DISCARDED = "discarded"
    """A draft that a person put aside."""

    @property
    def name_zh(self) -> str:
        """草稿, 已签发, 已发布, 已被替代, 已作废."""
        return {
            "draft": "草稿",
            "signed": "已签发",
            "released": "已发布",
            "replaced": "已被替代",
            "discarded": "已作废",
        }[self.value]


NEXT_STATES: Mapping[DocumentState, frozenset[DocumentState]] = {
    DocumentState.DRAFT: frozenset({DocumentState.SIGNED, DocumentState.REPLACED, DocumentState.DISCARDED}),
    DocumentState.SIGNED: frozenset({DocumentState.RELEASED}),
    DocumentState.RELEASED: frozenset(),
    DocumentState.REPLACED: frozenset(),
    DocumentState.DISCARDED: frozenset(),
}
STANDING = frozenset({DocumentState.SIGNED, DocumentState.RELEASED})
"""States in which a person answers for what the document says."""


def next_state(state: DocumentState, wanted: DocumentState) -> DocumentState:
    """``wanted`` if it may follow ``state``.

    Raises:
        ValueError: it may not.
    """
    if wanted not in NEXT_STATES[state]:
        raise ValueError(f"a document that is {state.name_zh} cannot become {wanted.name_zh}")
    return wanted


class WarningReason(StrEnum):
    """Why a document is drafted, or why none is. A closed list."""

    GRADE_ROSE = "grade_rose"
    GRADE_FELL = "grade_fell"
    DANGER_PAST = "danger_past"
    VALIDITY_ENDS = "validity_ends"
    NO_DATA_AT_END = "no_data_at_end"
    """The validity ends and nobody knows what comes: a warning does not lapse for lack of data."""
    UNCHANGED = "unchanged"
    BELOW_LEVEL = "below_level"
    HELD = "held"
    NO_DATA = "no_data"

    @property
    def words_zh(self) -> str:
        """As a document and a list say it."""
        return _REASONS_ZH[self]


_REASONS_ZH = {
    WarningReason.GRADE_ROSE: "预报火险等级升高",
    WarningReason.GRADE_FELL: "预报火险等级连续降低",
    WarningReason.DANGER_PAST: "预报火险等级已连续低于预警标准",
    WarningReason.VALIDITY_ENDS: "有效期将满，预报火险等级未降低",
    WarningReason.NO_DATA_AT_END: "有效期将满而火险数据缺测，建议延续",
    WarningReason.UNCHANGED: "与现行预警一致",
    WarningReason.BELOW_LEVEL: "低于预警标准",
    WarningReason.HELD: "等级刚降低，暂不调整",
    WarningReason.NO_DATA: "火险数据缺测，不作判断",
}


class Basis(StrEnum):
    """On what a colour rests that stands beside ours."""

    SIGNED = "signed"
    DRAFTED = "drafted"
    RECORDED = "recorded"
    """A person typed in what another office published."""

    @property
    def name_zh(self) -> str:
        """已签发, 系统初判, 人工登记."""
        return {"signed": "已签发", "drafted": "系统初判", "recorded": "人工登记"}[self.value]


@dataclass(frozen=True, slots=True)
class BesideColour:
    """The colour of a neighbour or a superior."""

    gb: int
    name_zh: str
    colour: WarningColour
    basis: Basis


@dataclass(frozen=True, slots=True)
class TownshipColour:
    """The colour of a township; by its county where nobody said where it lies."""

    gb: int
    name_zh: str
    colour: WarningColour | None
    """None: its danger is not known."""
    by_county: bool
    unverified: bool
    """Whether the list or the code still waits for an office."""


@dataclass(frozen=True, slots=True)
class GradeDay:
    """Danger grade of the county on a day; None where it is not known."""

    local_date: date
    danger_grade: int | None
    basis_zh: str = ""
    """What raised the grade above that of noon, and when."""


@dataclass(frozen=True, slots=True)
class WarningDocument:
    """A森林火险预警 of one county in one joint unit. What the law asks for may be empty: ``missing_items`` says what.

    Raises:
        ValueError: an end before the beginning, a naive time, or a colour that does not go with the action.
    """

    zone: str
    county_gb: int
    county_zh: str
    action: WarningAction
    reason: WarningReason
    colour: WarningColour
    """None (无) only where a warning ends."""
    previous_colour: WarningColour
    begins_utc: datetime
    ends_utc: datetime
    decided_utc: datetime
    publisher_zh: str
    affected_zh: tuple[str, ...]
    """可能影响的范围: the county, then its townships along the line."""
    cautions: tuple[str, ...]
    measures: tuple[str, ...]
    phones: tuple[str, ...]
    danger_zh: str
    """The colour in words: 高度危险，容易燃烧、容易快速蔓延."""
    days: tuple[GradeDay, ...]
    townships: tuple[TownshipColour, ...] = ()
    superiors: tuple[BesideColour, ...] = ()
    neighbours: tuple[BesideColour, ...] = ()
    degraded: bool = False
    missing: tuple[str, ...] = ()
    exercise: bool = False

    def __post_init__(self) -> None:
        for instant in (self.begins_utc, self.ends_utc, self.decided_utc):
            require_utc(instant)
        if self.ends_utc < self.begins_utc:
            raise ValueError(f"{self.county_zh}: the warning would end at {self.ends_utc}, before it begins")
        if (self.colour is WarningColour.NONE) != (self.action is WarningAction.END):
            raise ValueError(f"{self.county_zh}: {self.action.name_zh} with the colour {self.colour}")

    @property
    def effective_colour(self) -> WarningColour:
        """The higher of the county's own colour and those of its superiors."""
        return max((self.colour, *(one.colour for one in self.superiors)), key=lambda colour: colour.rank)


ITEMS = ("预警类别", "级别", "起始时间", "可能影响的范围", "警示事项", "应当采取的措施", "发布单位", "发布时间")
"""What a warning must state: 突发事件应对法 (2024), article 64."""


def missing_items(document: WarningDocument, *, released_utc: datetime | None) -> tuple[str, ...]:
    """Which of the eight items of article 64 a document still lacks, in the order of the law.

    Args:
        document: signed or not.
        released_utc: 发布时间; None while nobody has released it.
    """
    said = {
        "预警类别": True,
        "级别": document.action is WarningAction.END or document.colour is not WarningColour.NONE,
        "起始时间": document.begins_utc <= document.ends_utc,
        "可能影响的范围": any(area.strip() for area in document.affected_zh),
        "警示事项": any(line.strip() for line in document.cautions),
        "应当采取的措施": any(line.strip() for line in document.measures),
        "发布单位": bool(document.publisher_zh.strip()),
        "发布时间": released_utc is not None,
    }
    return tuple(item for item in ITEMS if not said[item])
