"""Every paper of an office: each field of its template is there, filled or 待核, in both files."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from boundary_zones.heat_sources import HeatKind, HeatSource
from flows.consulting import Meeting, draft_consultation
from flows.documents.catalogue import KINDS, document_of
from flows.documents.field_check_papers import judgement_zh
from flows.documents.words import danger_zh, office_zh
from flows.documents.writing import write_document
from flows.fire_reporting import draft_report
from flows.processes.cases import Opening, open_case, take_step
from flows.releasing import needed, sign
from flows.standing import STANDING, stand
from flows.verifying import move_stage, verify
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.fire_report import ReportKind
from models.field_check.stage import Stage
from models.incidents.incident import Doubt, SourceKind
from models.processes.law import Process, State
from notify.alert import WarningColour
from notify.documents.docx_file import docx
from notify.documents.forms import duty_shapes, fire_shapes, meeting_shapes, occasion_shapes
from notify.documents.forms.shape import Around, Shape, filled
from notify.documents.layout import TO_FILL, OfficialDocument, words_of
from notify.warning.document import Basis, BesideColour
from notify.warning.letter import Letter
from notify.warning.texts import letter_text
from store.errors import AnswerUnclear, NotInStore
from store.verification import Feedback
from store.warning_documents import LETTER, WARNING
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING

MINUTE = HOUR / 60
SHAPES = [
    shape
    for room in (fire_shapes, meeting_shapes, duty_shapes, occasion_shapes)
    for shape in vars(room).values()
    if isinstance(shape, Shape)
]
DAY = "2024-04-10"

TEMPLATES: Mapping[str, str] = tomllib.loads(Path(__file__).with_name("templates.toml").read_text(encoding="utf-8"))
"""What each template of domain.md §3 asks for, word by word."""


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A dry spring with a warning for each county, and a fire that was told, verified, consulted on and put out."""
    house = world.build_house(tmp_path_factory.mktemp("papers") / "home")
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    drill.moisture.save(world.moisture(drill), made_by_run="start", world=drill.world)
    world.danger(drill)
    world.hotspots(drill)
    world.dispatch(drill)
    [incident] = drill.incidents.open_incidents(world=DRILL)
    live_through(drill, incident.incident_id)
    return drill


def live_through(drill: House, number: str) -> None:
    [alert] = drill.alerts.of_event(number, world=DRILL)
    drill.ledger.acknowledge(alert.code, office="120119", by="值班员", via="phone", now=MORNING + 5 * MINUTE)
    fire = FeedbackType.FOREST_FIRE
    verify(drill, number, (fire, None), said=Feedback("", fire, "蓟州李四", MORNING + 55 * MINUTE))
    meeting = Meeting("边界火情会商", MORNING + 5 * HOUR, MORNING + 3 * HOUR, "123456", ("研判蔓延",), number)
    row = draft_consultation(drill, world.ZONE, meeting, by="平谷张三", now=MORNING + HOUR)
    for name in [f"值班长{each}" for each in range(needed(drill, row))]:
        sign(drill, row.number, by=name, now=MORNING + HOUR)
    due = {"what": "清理边界可燃物", "who": "平谷区森防办", "due": "2024-05-01T17:00+08:00", "contact": "王五"}
    task = open_case(drill, Opening(Process.TASK, due, number), by="张三", now=MORNING + HOUR).case_no
    steps: tuple[tuple[State, Mapping[str, str]], ...] = (
        (State.OPINIONS, {"office": "蓟州区森防办", "opinion": "风力加大，建议前置"}),
        (State.MINUTES, {"conclusion": "24小时内烧出风险高", "disagreement": "对风向转变时间看法不一"}),
        (State.TASKS, {"tasks": task}),
    )
    for place, (state, fields) in enumerate(steps):
        take_step(drill, row.number, state, by="张三", now=MORNING + (5 + place) * HOUR, fields=fields)
    draft_report(drill, number, ReportKind.FOLLOW_UP, fields={"forces": "500人"}, by="李四", now=MORNING + 2 * HOUR)
    move_stage(drill, number, Stage.FLAMES_OUT, by="李四", now=MORNING + 9 * HOUR, note="明火扑灭")
    draft_report(drill, number, ReportKind.FINAL, fields={}, by="李四", now=MORNING + 9 * HOUR)


def subjects(drill: House) -> dict[str, str]:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    rows = drill.warning_documents.all_documents(world=DRILL)
    invitation = next(row.number for row in rows if row.content.get("form") == "consultation")
    warning = next(row.number for row in rows if row.kind == "warning")
    about = dict.fromkeys(("field-check", "notice", "after-action"), incident.incident_id)
    about |= dict.fromkeys(("pack", "minutes", "invitation"), invitation)
    return about | {"warning": warning, "monthly": DAY[:7], "daily": DAY, "bulletin": DAY, "pre-season": DAY,
                    "key-date": "2024-04-03", "exercise": ""}  # fmt: skip


def made(drill: House, kind: str) -> OfficialDocument:
    if kind == "letter":
        return document_of(drill, kind, letter(drill))
    return document_of(drill, kind, subjects(drill)[kind])


def letter(drill: House) -> str:
    """A letter to the other side, as the warning round drafts it."""
    rows = drill.warning_documents.all_documents(world=DRILL)
    found = [row.number for row in rows if row.kind == LETTER and "form" not in row.content]
    if found:
        return found[0]
    like = next(row for row in rows if row.kind == WARNING)
    sender = BesideColour(110117, "平谷区", WarningColour.RED, Basis.SIGNED)
    receiver = BesideColour(120119, "蓟州区", WarningColour.ORANGE, Basis.DRAFTED)
    sides = (sender, receiver, ("平谷区森防办", "蓟州区森防办"))
    about = Letter(like.zone, "平谷—蓟州", *sides, ("金海湖",), "最大风力西北风5级。", MORNING, exercise=True)
    words = letter_text(about, number="YL-TS-1")
    row = replace(like, number="YL-TS-1", kind=LETTER, receiver_gb=120119, action=None, reason=None, content={},
                  text_long=words, colour=sender.colour, previous_colour=receiver.colour)  # fmt: skip
    drill.warning_documents.save(row, world=DRILL)
    return row.number


@pytest.mark.parametrize("kind", ["field-check", "notice"])
def test_a_fire_of_two_joint_units_names_the_offices_of_both_as_copies(drill, kind) -> None:
    [fire] = drill.incidents.all_incidents(world=DRILL)
    elsewhere = drill.within("exercise-divide")
    elsewhere.incidents.save([replace(fire, other_zones=("HR-CD",))], world=elsewhere.world)
    paper = document_of(elsewhere, kind, fire.incident_id)
    named = [name.removesuffix("（知悉）") for name in (*paper.to_zh, *paper.copies_zh)]
    other = drill.catalogue.zone("HR-CD")
    codes = {*other.superiors, *(county.gb for county in other.counties)}
    assert set(filter(None, (office_zh(drill, gb) for gb in codes))) <= set(named)
    assert len(named) == len(set(named))
    assert set(document_of(drill, kind, fire.incident_id).copies_zh) < set(paper.copies_zh)


@pytest.mark.parametrize("kind", ["invitation", "pack", "minutes"])
def test_a_consultation_on_a_fire_of_two_joint_units_names_the_offices_of_both(drill, kind) -> None:
    [fire] = drill.incidents.all_incidents(world=DRILL)
    number = subjects(drill)[kind]
    other = drill.catalogue.zone("HR-CD")
    members = {office_zh(drill, county.gb) for county in other.counties}
    assert not members <= set(document_of(drill, kind, number).to_zh)
    drill.incidents.save([replace(fire, other_zones=(other.id,))], world=DRILL)
    try:
        paper = document_of(drill, kind, number)
    finally:
        drill.incidents.save([fire], world=DRILL)
    assert members <= set(paper.to_zh)
    assert {office_zh(drill, gb) for gb in other.superiors} - {None} <= {*paper.to_zh, *paper.copies_zh}


def test_every_document_of_the_issue_has_a_maker_and_a_template() -> None:
    assert set(TEMPLATES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_template_is_in_both_files(drill, kind) -> None:
    written = write_document(drill, made(drill, kind))
    words = Document(io.BytesIO(written.docx.read_bytes())).element.body.iter()
    in_word = "".join("".join(node.text or "" for node in words if node.tag.endswith("}t")).split())
    pdf = "".join("".join(page.extract_text() for page in PdfReader(written.pdf).pages).split())
    head = "".join((written.document.number + written.document.title).split())
    for said in (in_word + head, pdf + head):
        assert [word for word in TEMPLATES[kind].split() if word not in said and word not in "编号"] == []


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice: apt-get install libreoffice")
def test_libreoffice_opens_every_docx_and_prints_every_field_of_its_template(drill, tmp_path) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.docx").write_bytes(docx(made(drill, kind)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = sorted(tmp_path.glob("*.docx"))
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for kind in KINDS:
        pages = PdfReader(tmp_path / f"{kind}.pdf").pages
        said = letters("".join(page.extract_text() for page in pages) + made(drill, kind).title)
        assert [word for word in TEMPLATES[kind].split() if letters(word) not in said and word not in "编号"] == [], (
            kind
        )


def letters(text: str) -> str:
    """Without signs, which a font of another machine may name otherwise."""
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_so_a_drill_is_marked_and_no_word_is_blank(drill, kind) -> None:
    document = made(drill, kind)
    assert document.exercise
    assert document.first_lines[0] == "【演练】"
    assert document.draft is not bool(document.signed_by)
    said = list(words_of(document))
    assert "None" not in "".join(said)
    assert all(word.strip() for block in document.blocks for word in words_of_block(block))


def words_of_block(block: object) -> list[str]:
    if hasattr(block, "pairs"):
        return [word for pair in block.pairs for word in pair]
    if hasattr(block, "rows"):
        return [cell for row in block.rows for cell in row]
    return [getattr(block, "text", "") or getattr(block, "caption", "")]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_a_form_with_nothing_known_reads_as_unknown_and_never_zero(shape) -> None:
    document = filled(shape, {}, Around(number="1", made_utc=MORNING))
    said = list(words_of(document))
    labels = [label for section in shape.sections for label in section.labels.values()]
    assert [said[said.index(label) + 1] for label in labels] == ["待核"] * len(labels)
    back = [label for section in shape.receipt for label in section.labels.values()]
    assert all(said[said.index(label) + 1] == TO_FILL for label in back if label not in labels)
    assert "0" not in said


def test_a_field_check_says_how_often_the_nearest_registered_heat_was_seen_of_late(drill) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    here = (incident.lat_deg, incident.lon_deg, 1.0)
    works = HeatSource("S-1", "某钢厂", HeatKind.STEEL, *here, "李四", date(2024, 1, 1), "台账")
    known = drill.within(DRILL, heat_register=(works,))
    said = list(words_of(document_of(known, "field-check", incident.incident_id)))
    assert said[said.index("常年热源") + 1] == "无（最近登记热源：某钢厂，距0.0公里，近90天命中1次）"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "疑似林火"),
        ({"source_kind": SourceKind.STATIC_HEAT}, "疑似工矿热源"),
        ({"suppressed": True, "suppressed_by": Doubt.CROPLAND_SEASON}, "疑似农用火"),
        ({"suppressed": True, "suppressed_by": Doubt.SUN_GLINT}, "不能判别"),
    ],
)
def test_a_field_check_judges_in_one_of_the_four_words_of_its_form(drill, changes, said) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    assert judgement_zh(replace(incident, **changes)) == said


def test_a_field_that_no_form_has_is_refused() -> None:
    with pytest.raises(ValueError, match="has no 'colour'"):
        filled(fire_shapes.FIELD_CHECK, {"colour": "红"}, Around(number="1", made_utc=MORNING))


def test_the_notice_says_wind_temperature_and_humidity_with_their_station(drill) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    said = "".join(words_of(document_of(drill, "notice", incident.incident_id)))
    assert "气温28℃，相对湿度12%（" in said


def test_the_notice_goes_from_first_to_final_by_its_reports(drill) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    titles = [document_of(drill, "notice", f"{incident.incident_id}#{number}").title for number in (1, 2, 3)]
    assert [title.rpartition("【")[2] for title in titles] == ["首报】", "续报1】", "终报】"]
    with pytest.raises(AnswerUnclear, match="no fire report 9"):
        document_of(drill, "notice", f"{incident.incident_id}#9")


def test_the_minutes_say_who_said_what_who_was_absent_and_what_was_agreed(drill) -> None:
    said = list(words_of(made(drill, "minutes")))
    assert said[said.index("蓟州区森防办", said.index("意见")) + 1] == "风力加大，建议前置"
    assert "会商认为：24小时内烧出风险高。" in said
    assert "对风向转变时间看法不一。" in said
    agreed = said.index("清理边界可燃物")
    assert said[agreed + 1 : agreed + 4] == ["平谷区森防办", "5月1日17时", "王五"]
    assert "平谷区森防办" in said[said.index("缺席") + 1]


def test_a_signed_invitation_is_no_draft(drill) -> None:
    document = made(drill, "invitation")
    assert (document.draft, document.signed_by.count("值班长")) == (False, 2)


def test_the_invitation_is_a_letter_and_no_short_message(drill) -> None:
    document = made(drill, "invitation")
    said = "".join(words_of(document))
    assert "请于4月10日10时07分前报参会名单。特此函告。" in said
    assert document.signature_zh == "平谷–蓟州联防单元"
    assert "回1" not in said
    assert said.count("【演练】") == 1


def test_each_notice_says_the_state_of_its_own_time_and_copies_nobody_who_sends_it(drill) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    notices = [document_of(drill, "notice", f"{incident.incident_id}#{nth}") for nth in (1, 2, 3)]
    values = [list(words_of(one)) for one in notices]
    assert [said[said.index("状态") + 1] for said in values] == ["已核实", "已核实", "明火已扑灭"]
    assert [said[said.index("约定下次续报") + 1] for said in values][-1] == "终报，不再续报"
    assert all(one.signature_zh not in one.copies_zh for one in notices)


def test_danger_of_an_earlier_day_is_what_stood_then(drill) -> None:
    file = drill.home.products / DRILL / STANDING
    before = file.read_bytes()
    stand(drill, "R-later", json.loads(before) | {"made_utc": (MORNING + 24 * HOUR).isoformat(), "zones": []})
    try:
        said = [danger_zh(drill, at=at) for at in (MORNING - HOUR, MORNING, MORNING + 48 * HOUR)]
        assert [bool(one) for one in said] == [False, True, False]
        assert said[1].startswith("平谷–蓟州最高五级（4月10日07时07分计算")
    finally:
        file.write_bytes(before)


def test_a_final_report_asks_for_nothing_and_foretells_nothing(drill) -> None:
    [incident] = drill.incidents.all_incidents(world=DRILL)
    first, final = ("".join(words_of(document_of(drill, "notice", f"{incident.incident_id}#{nth}"))) for nth in (1, 3))
    assert "■核查界内　■备勤前置　□封控路口" in first
    assert "■仅供知悉" in final
    assert "可能越界" in first
    assert "可能越界" not in final


def test_a_key_date_names_its_days_of_rest_and_the_rounds_of_its_season(drill) -> None:
    said = list(words_of(made(drill, "key-date")))
    assert said[said.index("休息日") + 1] == "4月4日、4月5日、4月6日"
    assert said[said.index("系统运行") + 1] == "热点每5分钟一轮，火险每日07时07分、11时07分、15时07分、19时07分"


def test_no_paper_has_a_comma_of_another_script_nor_a_time_as_a_machine_writes_it(drill) -> None:
    said = {kind: "\n".join(words_of(made(drill, kind))) for kind in KINDS}
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:][\u4e00-\u9fff]|\dT\d\d:")
    assert {kind: wrong.findall(text) for kind, text in said.items() if wrong.search(text)} == {}


def test_nothing_across_the_line_is_an_order(drill) -> None:
    for kind in ("notice", "letter", "invitation"):
        said = "".join(words_of(made(drill, kind)))
        assert "责令" not in said
        assert "你单位" not in said


def test_a_day_without_data_is_no_zero_report(drill) -> None:
    day = (date.fromisoformat(DAY) - timedelta(days=1)).isoformat()
    said = list(words_of(document_of(drill, "daily", day)))
    assert said[said.index("报告类别") + 1] == "日报"
    assert "热点无数据" in "".join(said)


def test_what_is_no_kind_no_day_and_no_number_is_refused(drill) -> None:
    with pytest.raises(AnswerUnclear, match="there are warning"):
        document_of(drill, "poem")
    with pytest.raises(AnswerUnclear, match="say which incident"):
        document_of(drill, "notice")
    with pytest.raises(AnswerUnclear, match="Invalid isoformat|isoformat"):
        document_of(drill, "daily", "gestern")
    with pytest.raises(AnswerUnclear, match="has not begun"):
        document_of(drill, "monthly", "2031-01")
    with pytest.raises(NotInStore):
        document_of(drill, "warning", "JJJ-YJ-1")
    with pytest.raises(NotInStore, match="is no exercise"):
        document_of(drill.within("live"), "exercise")
