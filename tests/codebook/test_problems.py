"""A broken codebook: every problem is told at once, in words its keeper understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadCodebook, BadInput

GOLDEN = Path(__file__).parent / "golden"


def broken(data, file, old, new):
    path = data / "codebook" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def message(data):
    with pytest.raises(BadCodebook) as caught:
        load_codebook(folder=data)
    return str(caught.value) + "\n"


def test_wrong_entries_of_all_files_are_listed_together(data):
    broken(data, "variables.toml", 'fr = "Organisation"\n', "")
    broken(data, "variables.toml", 'sensitivity = "judgement"', 'sensitivity = "secret"')
    broken(data, "code_lists.toml", 'fr = "Sexe"', 'fr = ""')
    broken(data, "cycles.toml", "opens_on = 2024-04-09", 'opens_on = "in the spring"')
    broken(data, "cycles.toml", 'evidence = "assumed"', 'evidence = "rumour"\nowner = "us"')
    assert (GOLDEN / "wrong_entries.txt").read_text(encoding="utf-8") == message(data)


def test_entries_that_do_not_fit_together_are_listed_together(data):
    broken(data, "variables.toml", 'code_list = "readiness"', 'code_list = "reediness"')
    broken(data, "variables.toml", "minimum = 1940", "minimum = 2940")
    broken(data, "variables.toml", 'headers = ["Branch or sector"', 'headers = ["Region", "Branch or sector"')
    broken(data, "code_lists.toml", 'since = "2024-25"', 'since = "2024-26"')
    broken(data, "code_lists.toml", '{ code = "M", en = "Men"', '{ code = "F", en = "Men"')
    broken(data, "code_lists.toml", 'en = "Moderate", fr = "Modéré"', 'en = "Low", fr = "Modéré"')
    assert (GOLDEN / "do_not_fit.txt").read_text(encoding="utf-8") == message(data)


def test_only_the_first_twenty_problems_are_shown(data):
    path = data / "codebook" / "variables.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('evidence = "assumed"', 'evidence = "?"'), encoding="utf-8"
    )
    lines = message(data).splitlines()
    assert 20 == sum(line.startswith("- ") for line in lines)


def test_an_undeclared_cluster_names_its_organizations(data):
    path = data / "reference" / "clusters.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("operations")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert "organizations.csv puts 136, 305 in the cycle" not in message(data)
    assert "organizations.csv puts 136, 305 in the cluster 'operations_services'" in message(data)


def test_a_missing_file_is_named(data):
    (data / "codebook" / "cycles.toml").unlink()
    assert "'cycles.toml' is missing" in message(data)


def test_bad_toml_says_where(data):
    broken(data, "variables.toml", 'type = "text"', 'type = "text')
    assert "'variables.toml' is not valid TOML" in message(data)


def test_an_undeclared_cycle_offers_the_nearest(data):
    with pytest.raises(BadInput, match="Did you mean '2025-26'"):
        load_codebook("2025-27", folder=data)


def test_an_unknown_variable_offers_the_nearest(codebook):
    with pytest.raises(BadInput, match="Did you mean 'placement'"):
        codebook.variable("placment")
