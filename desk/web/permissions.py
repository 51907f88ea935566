"""Who may do what (谁能看、谁能办、谁能签): roles as data, regions as one question. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from boundary_zones.catalogue import Catalogue
from boundary_zones.zone import Zone
from models.incidents.incident import Incident
from store.accounts import OF_NO_REGION, Account, DutyRole


class Permission(StrEnum):
    """One kind of thing to do at the desk. A closed list."""

    SEE = "see"
    ANSWER = "answer"
    """签收 for the own office, and record what another office said by telephone."""
    VERIFY = "verify"
    """核查, 转火情, 阶段, 火情快报."""
    LIFT = "lift"
    """解除抑制: toward warning, so both sides of the line may."""
    MERGE = "merge"
    DRAFT = "draft"
    """会商邀请 and other drafts."""
    SIGN = "sign"
    TAKE_BACK = "take_back"
    """撤销 and 更正 of what was told."""
    REVIEW = "review"
    """审核常年热源."""
    STUDY = "study"
    """研判: 重跑而不发送, 推演, 人工录入, 登记其他单位的预警."""
    ADJUST = "adjust"
    """人工调整级别: up freely, down with a reviewer."""
    SILENCE = "silence"
    """静默 with a reason and an end."""
    HAND_OVER = "hand_over"
    SEE_LOG = "see_log"
    SEE_AUDIT = "see_audit"
    SEE_RUNS = "see_runs"


_P = Permission
_EVERYBODY = frozenset({_P.SEE})
_OFFICER = _EVERYBODY | {
    *(_P.ANSWER, _P.VERIFY, _P.LIFT, _P.MERGE, _P.DRAFT, _P.STUDY, _P.ADJUST, _P.HAND_OVER, _P.SEE_LOG),
}
MAY: Mapping[DutyRole, frozenset[Permission]] = {
    DutyRole.OFFICER: _OFFICER,
    DutyRole.LEADER: _OFFICER | {_P.SIGN, _P.TAKE_BACK, _P.REVIEW, _P.SILENCE, _P.SEE_RUNS},
    DutyRole.OPERATIONS: _EVERYBODY | {_P.SEE_RUNS},
    DutyRole.AUDITOR: _EVERYBODY | {_P.SEE_LOG, _P.SEE_AUDIT, _P.SEE_RUNS},
    DutyRole.READER: _EVERYBODY,
}


def may(account: Account, permission: Permission) -> bool:
    """Whether the role of an account holds a permission, wherever."""
    return account.active and permission in MAY[account.role]


def sees(account: Account, zone: Zone) -> bool:
    """Whether a joint unit is an account's business: its region is a member, or it belongs to none and sees all."""
    if not account.region:
        return account.role in OF_NO_REGION
    return account.region in zone.region_ids


def concerns(account: Account, incident: Incident, catalogue: Catalogue) -> bool:
    """Whether an incident is an account's business: one of its joint units is."""
    return any(sees(account, catalogue.zone(zone)) for zone in incident.zones)


def owners(incident: Incident, zone: Zone) -> frozenset[str]:
    """Regions that verify an incident: where it lies; where nobody knows, every member's."""
    return frozenset({incident.region}) if incident.region is not None else frozenset(zone.region_ids)


def theirs(account: Account, regions: Collection[str]) -> bool:
    """Whether an account acts for one of these regions."""
    return bool(account.region) and account.region in regions
