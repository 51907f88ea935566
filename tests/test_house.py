"""The house keeps its own rules: floors, prohibitions, sizes, and nothing that does not belong into a repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

PACKAGES = ("boundary_zones", "models", "feeds", "notify", "store", "flows", "desk")
LONGEST_FUNCTION = 60
SOURCES = [path for package in PACKAGES for path in sorted((CHECKOUT / package).rglob("*.py"))]
BELOW_FLOWS = [path for path in SOURCES if path.relative_to(CHECKOUT).parts[0] not in {"flows", "desk"}]
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def tracked() -> list[Path]:
    listed = subprocess.run(("git", "ls-files"), cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    return [CHECKOUT / name for name in listed.splitlines() if (CHECKOUT / name).is_file()]


def test_each_floor_imports_only_what_lies_under_it() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run((linter, "--no-cache"), cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "6 kept, 0 broken" in done.stdout


def test_time_is_a_parameter_below_flows() -> None:
    read = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno}"
        for path in BELOW_FLOWS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert read == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    long = [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]
    assert "migrations/versions" in str(path) or long == []


def test_no_exception_is_caught_without_a_name_but_in_the_outermost_run() -> None:
    broad = [
        str(path.relative_to(CHECKOUT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    clean_up_and_raise = "store/payloads.py"
    assert set(broad) <= {"flows/carry_out.py", "flows/best_effort.py", clean_up_and_raise}


def test_no_module_is_named_like_a_package_a_dependency_or_the_standard_library() -> None:
    taken = {name.lower().replace("-", "_") for name in metadata.packages_distributions()} - set(PACKAGES)
    flows = {path.stem for path in (CHECKOUT / "flows").glob("*.py")} - {"__init__"}
    assert flows & (taken | set(sys.stdlib_module_names) | set(PACKAGES)) == set()


def test_every_dependency_bound_that_is_not_a_floor_has_its_reason_above_it() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    bounded = re.findall(r"(?:^ *#.*\n)?^ *\"(?:prefect|fastapi|sqlalchemy|apprise)[^\n]*<[^\n]*$", text, re.MULTILINE)
    assert len(bounded) == 4
    assert all(entry.lstrip().startswith("#") for entry in bounded)


def test_the_bounds_that_keep_prefect_working_hold_in_this_environment() -> None:
    def release(name: str) -> tuple[int, ...]:
        return tuple(int(part) for part in metadata.version(name).split(".")[:2])

    assert release("fastapi") < (0, 151)
    assert release("sqlalchemy") < (2, 1)
    assert release("apprise") < (2, 0)
    assert release("prefect") == (3, 8)


@pytest.mark.parametrize("name", ["runtime", "test", "bench", "broker"])
def test_a_lock_file_has_hashes_and_names_no_registry(name: str) -> None:
    lock = (CHECKOUT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==", lock, re.MULTILINE)
    assert len(pinned) > (10 if name == "broker" else 50)
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock


def test_the_seven_packages_are_what_the_wheel_holds_and_nothing_is_uploaded() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    assert tuple(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]
    inside = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert inside == {"rules": "flows/rules_shipped", "prefect.yaml": "flows/prefect.yaml"}


def test_no_path_of_a_machine_and_no_registry_stands_in_a_tracked_file() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb.debian" + ".org")
    pattern = re.compile("|".join((r"(?<![\w.])/(?:home|root|Users)/\w", *map(re.escape, hosts))))
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group()}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".lock", ""} and path.name != "test_house.py"
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_test_fails_by_chance_or_by_the_speed_of_the_machine() -> None:
    timed = r"assert time\.(?:time|monotonic|perf_counter)\(\) - "
    unseeded = r"default_rng\(\)|random\.Random\(\)|^from random import"
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group()}"
        for path in sorted((CHECKOUT / "tests").rglob("*.py"))
        if path.name != "test_house.py"
        for match in re.finditer(f"{timed}|{unseeded}", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == []


def test_every_public_function_says_what_it_is_for() -> None:
    silent = [
        f"{path.relative_to(CHECKOUT)}:{node.name}"
        for path in SOURCES
        for node in functions(path)
        if not node.name.startswith("_") and ast.get_docstring(node) is None and node.col_offset == 0
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "prefect.yaml", "Makefile"])
def test_the_top_level_has_what_a_newcomer_looks_for(name: str) -> None:
    assert (CHECKOUT / name).stat().st_size > 500
