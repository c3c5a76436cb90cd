"""Every distribution that is not published is a named parameter with evidence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from etm_workbench import synthetic
from etm_workbench.errors import BadCodebook
from etm_workbench.synthetic import load_parameters


@pytest.fixture(scope="module")
def parameters():
    return load_parameters()


@pytest.fixture
def write(tmp_path):
    (tmp_path / "synthetic").mkdir()

    def written(text):
        (tmp_path / "synthetic" / "parameters.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def test_every_parameter_says_its_evidence_and_source(parameters):
    assert [] == [p.name for p in parameters.entries.values() if len(p.source) < 20]


def test_every_parameter_is_in_both_languages(parameters):
    assert [] == [p.name for p in parameters.entries.values() if p.en == p.fr]


@pytest.mark.parametrize("name", ["placement_shares", "rating_shares", "ncr_share", "acting_share", "years_in_level"])
def test_what_was_not_found_is_marked_as_assumed(parameters, name):
    assert parameters.entries[name].evidence == "assumed"


def test_an_unknown_parameter_offers_the_nearest(parameters):
    with pytest.raises(BadCodebook, match="Did you mean 'acting_share'"):
        parameters["acting_shares"]


def test_every_problem_of_the_file_is_told(write):
    text = '[a]\nen = "A"\nfr = ""\nunit = "shares"\nevidence = "rumour"\nsource = "x"\nvalue = { B = 1 }\n'
    text += '[b]\nen = "B"\nfr = "B"\nunit = "shares"\nevidence = "assumed"\nsource = "x"\nvalue = { B = 0.9 }\n'
    with pytest.raises(BadCodebook) as caught:
        load_parameters(write(text))
    expected = """The data folder has 3 problems, each to be mended in its file:
- parameters.toml [a] fr is empty.
- parameters.toml [a] evidence must be 'sourced', 'derived' or 'assumed'.
- parameters.toml [b] entry is wrong: shares of 'value' do not sum to one."""
    assert expected == str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadCodebook, match=r"'parameters\.toml' is missing"):
        load_parameters(tmp_path)


def test_no_share_is_written_in_the_code():
    folder = Path(synthetic.__file__).parent
    numbers = {
        (path.name, node.value)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1
    }
    # How closely shares must sum to one.
    assert {("parameters.py", 1e-9)} == numbers


def test_every_parameter_is_used(parameters):
    code = "".join(path.read_text(encoding="utf-8") for path in Path(synthetic.__file__).parent.glob("*.py"))
    assert [] == [name for name in parameters.entries if f'"{name}"' not in code]
