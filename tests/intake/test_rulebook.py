"""The rules as their file declares them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etm_workbench import settings
from etm_workbench.codebook import LANGUAGES, load_codebook
from etm_workbench.errors import BadCodebook
from etm_workbench.intake import load_rulebook

RULEBOOK = load_rulebook()
SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in (Path(settings.__file__).parent / "intake").rglob("*.py"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["what", "todo"])
@pytest.mark.parametrize("rule", sorted(RULEBOOK.rules))
def test_text_fills_its_blanks(rule, part, language):
    assert "{" not in RULEBOOK[rule].text(part, language)


@pytest.mark.parametrize("rule", sorted(RULEBOOK.rules))
def test_declared_rule_is_judged_somewhere(rule):
    assert f'"{rule}"' in SOURCE


def test_rule_in_code_is_declared():
    noted = set(re.findall(r"""\b(?:note|note_rows|Refused|parameters|is_off)\(\s*"([a-z_]+)\"""", SOURCE))
    assert set() == noted - set(RULEBOOK.rules)


def test_unknown_rule_is_refused_with_the_nearest():
    with pytest.raises(BadCodebook, match="Did you mean 'value_code'"):
        RULEBOOK["value_kode"]


@pytest.mark.parametrize("cycle", sorted(load_codebook().cycles))
def test_codes_in_parameters_are_in_the_codebook(cycle):
    codebook = load_codebook(cycle)
    parameters = RULEBOOK["sle_ready_placement"].parameters
    assert set(parameters["placements"]) <= set(codebook.codes("placement"))
    assert {parameters[skill] for skill in ("reading", "writing", "oral")} <= set(codebook.codes("sle_oral"))
    assert set(parameters["without_expiry"]) <= set(codebook.codes("sle_oral"))


def test_required_columns_are_variables():
    required = RULEBOOK["column_required"].parameters
    assert {name for names in required.values() for name in names} <= set(load_codebook().variables)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[rules.x]\nseverity = 'fatal'\n", "severity"),
        ("[rules", "not valid TOML"),
    ],
    ids=["wrong severity", "not TOML"],
)
def test_wrong_file_is_refused_with_its_problems(tmp_path, content, said):
    (tmp_path / "codebook").mkdir()
    (tmp_path / "codebook" / "rules.toml").write_text(content, encoding="utf-8")
    with pytest.raises(BadCodebook, match=said):
        load_rulebook(tmp_path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(BadCodebook, match="missing"):
        load_rulebook(tmp_path)
