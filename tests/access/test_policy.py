"""The access policy's file."""

import shutil

import pytest

from etm_workbench import settings
from etm_workbench.access import load_access_policy
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadCodebook


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "policies").mkdir()
    shutil.copy(settings.data_folder() / "policies" / "access.toml", tmp_path / "policies")
    return tmp_path


def mend(folder, old, new):
    path = folder / "policies" / "access.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_shipped_policy_has_the_roles_of_the_cycle():
    assert {"executive", "manager", "delegate", "deputy_head", "ochro"} == set(load_access_policy().roles)


def test_no_role_sees_equity_answers_by_name():
    rules = [rule for role in load_access_policy().roles.values() for rule in role.names]
    assert not [rule for rule in rules if "equity" in rule.sections]


def test_review_lists_hold_the_levels_that_are_submitted():
    submitted = load_codebook("2025-26").cycles["2025-26"].submit_levels
    assert {submitted} == {
        rule.levels for role in load_access_policy().roles.values() for rule in role.names if rule.levels
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('people = "self"', 'people = "all"', "has 1 problems: roles.executive.names.0.people"),
        ('role = "delegate"', 'role = "delegat"', "there is no role 'delegat'"),
        ('fr = "Cadre supérieur"', 'fr = ""', "roles.executive.fr"),
        ("version = 1", "version =", "is not valid TOML"),
    ],
    ids=["unknown value", "unknown role", "no French", "not TOML"],
)
def test_wrong_policy_is_refused_with_its_place(folder, old, new, message):
    mend(folder, old, new)
    with pytest.raises(BadCodebook, match=message):
        load_access_policy(folder=folder)


def test_missing_policy_is_refused(tmp_path):
    with pytest.raises(BadCodebook, match="is missing"):
        load_access_policy(folder=tmp_path)
