"""The house keeps its own rules: clean notebooks, files of readable size, one way to each seal."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "etm_workbench"
NOTEBOOKS = sorted(
    path for folder in ("notebooks", "dashboards", "benchmarks") for path in (ROOT / folder).rglob("*.ipynb")
)
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_carries_no_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    dirty = [i for i, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count") is not None]
    assert [] == dirty


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)) for p in MODULES if len(p.read_text(encoding="utf-8").splitlines()) > 400}
    assert set() == long


def test_only_protection_and_bundle_claim_the_seal() -> None:
    claimed = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if re.search(r"import .*\bclaim_seal\b|^\s+claim_seal,", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {name for name in claimed if not name.startswith("protection")} == {"bundle.py"}


def test_only_analysis_and_protection_open_evidence() -> None:
    opened = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        if re.search(r"\bopen_evidence\b", path.read_text(encoding="utf-8")) and path.name != "sensitive.py"
    }
    assert opened <= {"analysis", "protection"}


def test_code_raises_and_never_asserts() -> None:
    asserting = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert [] == asserting


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "helpers", "common", "misc", "manager", "data2"}
    assert set() == {path.stem for path in MODULES} & nothing


def test_environment_file_equals_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    listed = [line.strip().removeprefix("- ") for line in lines if line.startswith("      - ")]
    assert [*project["dependencies"], "-e ."] == listed
    assert f"  - python {project['requires-python']}" in lines


def test_lock_holds_every_dependency_and_no_index_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0].split("[")[0] for line in lock.splitlines() if "==" in line}
    names = {re.split(r"[\[<>=!]", entry)[0].strip().lower().replace("_", "-") for entry in wanted}
    assert set() == names - locked
    assert "://" not in lock
