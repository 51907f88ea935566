"""prefect.yaml against the flows, without a server: Prefect drops a key that it does not know without a word."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from flows.due import TICKING, TRAINING_DAY, TRAINING_TIME
from flows.order import FlowName
from flows.registering import POOL, deployments_of, shipped_prefect_file
from flows.replaying import DANGER_TIMES
from flows.rules import shipped_rules
from flows.signed import load_signed
from tests.conftest import CHECKOUT

RULES = load_signed(shipped_rules())
TEXT = shipped_prefect_file().read_text(encoding="utf-8")
DECLARED = yaml.safe_load(TEXT)
DEPLOYMENTS: list[dict[str, Any]] = DECLARED["deployments"]
UNPLANNED = ("danger_by_unit", "rerun_round", "watch_ourselves")
SCHEDULES = [(deployment, schedule) for deployment in DEPLOYMENTS for schedule in deployment["schedules"]]
KNOWN = {
    "": {"name", "prefect-version", "definitions", "deployments"},
    "definitions": {"pool", "one_at_a_time"},
    "deployment": {
        "name",
        "description",
        "entrypoint",
        "pull",
        "tags",
        "work_pool",
        "concurrency_limit",
        "enforce_parameter_schema",
        "parameters",
        "schedules",
    },
    "work_pool": {"name"},
    "concurrency_limit": {"limit", "collision_strategy", "grace_period_seconds"},
    "schedule": {"slug", "cron", "timezone", "parameters"},
}


def flow_of(deployment: dict[str, Any]) -> Any:
    from prefect.flows import load_flow_from_entrypoint

    return load_flow_from_entrypoint(deployment["entrypoint"])


def name_of(deployment: dict[str, Any]) -> str:
    return str(deployment["entrypoint"])


def test_every_key_is_one_that_prefect_knows() -> None:
    assert set(DECLARED) == KNOWN[""]
    assert set(DECLARED["definitions"]) == KNOWN["definitions"]
    for deployment in DEPLOYMENTS:
        assert set(deployment) == KNOWN["deployment"]
        assert set(deployment["work_pool"]) == KNOWN["work_pool"]
        assert set(deployment["concurrency_limit"]) == KNOWN["concurrency_limit"]
    for _, schedule in SCHEDULES:
        assert set(schedule) == KNOWN["schedule"]


def test_the_keys_are_those_of_prefect_s_own_models() -> None:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.client.schemas.schedules import CronSchedule

    assert KNOWN["concurrency_limit"] <= set(ConcurrencyLimitConfig.model_fields)
    of_schedule = {*CronSchedule.model_fields, *DeploymentScheduleCreate.model_fields}
    assert KNOWN["schedule"] <= of_schedule


def test_there_is_a_deployment_for_every_flow() -> None:
    assert {deployment["entrypoint"] for deployment in DEPLOYMENTS} == {
        f"flows.{flow}.{flow}" for flow in (*FlowName, *UNPLANNED)
    }
    unplanned = {deployment["entrypoint"] for deployment in DEPLOYMENTS if not deployment["schedules"]}
    assert unplanned == {f"flows.{flow}.{flow}" for flow in UNPLANNED}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=name_of)
def test_an_entrypoint_is_a_module_and_loads(deployment) -> None:
    flow = flow_of(deployment)
    assert flow.isasync
    assert "/" not in deployment["entrypoint"]
    assert f"{flow.name}/{deployment['name']}" in deployments_of(shipped_prefect_file())
    assert flow.retries == 0
    assert flow.timeout_seconds


@pytest.mark.parametrize(("deployment", "schedule"), SCHEDULES, ids=[schedule["slug"] for _, schedule in SCHEDULES])
def test_what_a_schedule_passes_fits_the_flow(deployment, schedule) -> None:
    flow = flow_of(deployment)
    passed = deployment["parameters"] | schedule["parameters"]
    checked = flow.validate_parameters(passed)
    assert set(checked) <= set(flow.parameters.properties)
    assert set(flow.parameters.required) <= set(passed)
    assert checked["reason"]
    assert checked.get("as_of") is None


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=name_of)
def test_a_run_by_hand_must_give_its_reason_and_tells_nobody_unless_told_to(deployment) -> None:
    flow = flow_of(deployment)
    assert "reason" in flow.parameters.required
    assert "reason" not in deployment["parameters"]
    if "send" in flow.parameters.properties:
        assert deployment["parameters"]["send"] is False
        assert flow.parameters.properties["send"]["default"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "试验", "zones": "PG-JZ"},
        {"reason": "试验", "as_of": "2026-04-04T06:00"},
        {"reason": "试验", "as_of": "yesterday"},
        {"reason": "试验", "send": "perhaps"},
        {"reason": "试验", "unknown": 1},
        {},
    ],
    ids=["no reason", "no list", "no offset", "no time", "no yes or no", "an unknown one", "nothing"],
)
def test_what_does_not_fit_is_refused(wrong) -> None:
    from prefect.exceptions import ParameterTypeError, SignatureMismatchError

    flow = flow_of(DEPLOYMENTS[0])
    with pytest.raises((ParameterTypeError, SignatureMismatchError)):
        flow.validate_parameters(wrong)


def test_the_form_offers_the_joint_units_of_the_catalogue() -> None:
    properties = flow_of(DEPLOYMENTS[0]).parameters.properties
    assert properties["zones"]["items"]["enum"] == ["HR-CD", "YQ-HL", "PG-JZ"]
    assert all(properties[name].get("title") for name in ("zones", "as_of", "reason", "send"))


@pytest.mark.parametrize(
    "schedule", [schedule for _, schedule in SCHEDULES], ids=[schedule["slug"] for _, schedule in SCHEDULES]
)
def test_a_cron_line_is_read_as_prefect_reads_it_in_the_offices_time(schedule) -> None:
    from prefect.client.schemas.schedules import CronSchedule

    read = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    assert read.timezone == "Asia/Shanghai"
    assert ZoneInfo(schedule["timezone"]).key == "Asia/Shanghai"


def minutes_of(cron: str) -> set[int]:
    """Minutes of the hour of a cron line, with its steps and ranges."""
    found: set[int] = set()
    for part in cron.split(maxsplit=1)[0].split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


def test_schedules_keep_off_the_hour_and_the_half_hour_when_chat_providers_throttle() -> None:
    minutes = {schedule["slug"]: minutes_of(schedule["cron"]) for _, schedule in SCHEDULES}
    assert minutes["danger-hourly-tick"] == {7}
    assert minutes["hotspots-five-minute-tick"] == set(range(3, 60, 5))
    assert minutes["dispatch-every-two-minutes"] == set(range(1, 60, 2))
    assert all(not found & {0, 30} for found in minutes.values())


@pytest.mark.parametrize("flow", sorted(TICKING))
def test_every_planned_time_of_every_season_is_one_of_the_ticks(flow) -> None:
    deployment = next(each for each in DEPLOYMENTS if each["entrypoint"].endswith(f".{flow}"))
    (schedule,) = deployment["schedules"]
    ticks = minutes_of(schedule["cron"])
    assert schedule["cron"].split()[1:] == ["*"] * 4
    for plan in RULES.season.cadences[flow].plans.values():
        assert {at.minute for at in plan.times} <= ticks


def test_the_danger_rounds_of_a_replay_are_those_that_are_planned_in_every_season() -> None:
    plans = RULES.season.cadences[FlowName.DANGER_WATCH].plans
    assert set(DANGER_TIMES) == set.intersection(*(set(plan.times) for plan in plans.values()))


def test_every_cron_line_has_its_reason_above_it() -> None:
    lines = [line.strip() for line in TEXT.splitlines()]
    at = [number for number, line in enumerate(lines) if line.startswith("cron:")]
    assert len(at) == len(SCHEDULES)
    for number in at:
        assert lines[number - 1].startswith("- slug:")
        assert lines[number - 2].startswith("# ")


def test_slugs_are_unique_and_one_run_of_a_job_but_a_rerun_is_under_way_at_a_time() -> None:
    slugs = [schedule["slug"] for _, schedule in SCHEDULES]
    assert len(slugs) == len(set(slugs))
    for deployment in DEPLOYMENTS:
        limit = deployment["concurrency_limit"]
        most = 3 if deployment["entrypoint"] == "flows.rerun_round.rerun_round" else 1
        assert (limit["limit"], limit["collision_strategy"]) == (most, "CANCEL_NEW")
        assert deployment["work_pool"] == {"name": POOL}
        assert deployment["enforce_parameter_schema"] is True


def test_the_version_of_prefect_is_the_one_that_is_installed() -> None:
    assert DECLARED["prefect-version"] == metadata.version("prefect")


def test_no_flow_file_is_named_like_a_package_a_dependency_or_a_standard_module() -> None:
    taken = {name.lower() for name in metadata.packages_distributions()} | set(sys.stdlib_module_names)
    ours = {"boundary_zones", "models", "feeds", "notify", "store", "flows", "desk"}
    files = {path.stem for path in (CHECKOUT / "flows").glob("*.py")} - {"__init__"}
    assert files & ((taken - ours) | ours) == set()


def test_the_auditor_expects_the_training_when_its_schedule_has_it() -> None:
    (cron,) = [each["cron"] for deployment, each in SCHEDULES if "monthly_training" in deployment["entrypoint"]]
    assert cron == f"{TRAINING_TIME.minute} {TRAINING_TIME.hour} {TRAINING_DAY} * *"
