"""Known heat that somebody proposed: decided once, by a person of another name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.heat_proposals import HeatProposal, HeatProposals, ProposalState
from tests.store.examples import minutes

NOON = minutes(0)
ONE, TWO = "JJJ-HR-CD-2027-001", "JJJ-HR-CD-2027-002"


def proposal() -> HeatProposal:
    return HeatProposal(ONE, "RD-110116-20270410-01", 40.5, 116.6, 1.0, "张三", NOON)


def test_known_heat_is_decided_once_and_by_another_person(database) -> None:
    kept = HeatProposals(database)
    kept.propose(proposal())
    kept.propose(replace(proposal(), proposed_by="王五"))
    assert [one.proposed_by for one in kept.proposals()] == ["张三"]
    for nobody in ("张三", " 张三 ", ""):
        with pytest.raises(AnswerUnclear, match="other than 张三"):
            kept.review(ONE, ProposalState.ACCEPTED, by=nobody, at=minutes(9))
    done = kept.review(ONE, ProposalState.ACCEPTED, by="李四", at=minutes(9), note="水泥厂")
    assert kept.proposals() == [done]
    assert (done.state, done.reviewed_by, done.note) == (ProposalState.ACCEPTED, "李四", "水泥厂")
    with pytest.raises(StoreConflict, match="李四 has decided"):
        kept.review(ONE, ProposalState.DECLINED, by="赵六", at=minutes(10))
    with pytest.raises(NotInStore, match="nobody proposed"):
        kept.review(TWO, ProposalState.ACCEPTED, by="李四", at=NOON)
    assert kept.proposals(world="exercise-1") == []
