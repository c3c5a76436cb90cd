"""What a wrong spec, or files that do not fit it, are answered: nearest names, every problem at once."""

from __future__ import annotations

import pytest

from etm_workbench.errors import BadDefinition, BadInput
from etm_workbench.protection.audit.tables import load_spec

PLAIN = '[[tables]]\nfile = "sex.csv"\ndimensions = { unit = "Unit", sex = "Sex" }\nvalue = "Count"\n'
TEXT = "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n"
GUIDE = "The how-to guide 'Audit published tables' lists every key."
REMEDY = "Mend the spec: add marks to hidden or not_available, labels to ignore, or the missing dimension."


def message(run):
    with pytest.raises((BadDefinition, BadInput)) as caught:
        run()
    return str(caught.value)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            PLAIN.replace("value", "valeu"),
            "The spec 'audit.toml' is wrong. tables.1.valeu: there is no such key. Did you mean 'value'? " + GUIDE,
            id="misspelt key",
        ),
        pytest.param(
            PLAIN + "[dimensions.sex]\ntotals = ['Total']\nsumm = false\n",
            "The spec 'audit.toml' is wrong. dimensions.sex.totals: there is no such key. Did you mean 'total'? "
            "dimensions.sex.summ: there is no such key. Did you mean 'sum'? " + GUIDE,
            id="two misspelt keys of a dimension",
        ),
        pytest.param(
            PLAIN.replace('value = "Count"\n', ""),
            "The spec 'audit.toml' is wrong. tables.1: give either 'value' (one column of numbers) or 'wide' "
            "(a column a category). " + GUIDE,
            id="no column of numbers",
        ),
        pytest.param(
            "[[hidden]]\nmarks = '*'\n" + PLAIN,
            "The spec 'audit.toml' is wrong. hidden.1.marks: Input should be a valid tuple. " + GUIDE,
            id="a mark that is no list",
        ),
        pytest.param(
            "[[hidden]]\nmarks = ['*']\nat_least = 5\nat_most = 4\n" + PLAIN,
            "The spec 'audit.toml' is wrong. hidden.1: at_least is above at_most. " + GUIDE,
            id="empty knowledge",
        ),
        pytest.param(
            PLAIN + "[dimensions.units]\ntotal = ['Total']\n",
            "The spec 'audit.toml' names unknown dimensions. dimensions.units: no table has it. Did you mean 'unit'?",
            id="rules for a dimension that no table has",
        ),
        pytest.param(
            PLAIN + "incomplete = ['sexe']\n[[known]]\nat = { org = 'A' }\nvalue = 3\n",
            "The spec 'audit.toml' names unknown dimensions. known.1: no table has a dimension 'org'. "
            "Known names: sex, unit. tables.1.incomplete: the table has no dimension 'sexe'. Did you mean 'sex'?",
            id="other places that name unknown dimensions",
        ),
    ],
)
def test_a_wrong_spec_is_answered_with_what_to_mend(tmp_path, spec, expected):
    (tmp_path / "audit.toml").write_text(spec, encoding="utf-8")
    assert expected == message(lambda: load_spec(tmp_path / "audit.toml"))


def test_text_that_is_no_toml_is_answered_with_its_place(tmp_path):
    (tmp_path / "audit.toml").write_text("tables = [", encoding="utf-8")
    assert message(lambda: load_spec(tmp_path / "audit.toml")).startswith("The spec 'audit.toml' is no TOML file: ")


def test_a_spec_that_is_not_there_is_answered_with_its_name(tmp_path):
    expected = "There is no spec 'audit.toml'. Give the path of a TOML file with --spec."
    assert expected == message(lambda: load_spec(tmp_path / "audit.toml"))


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        pytest.param(
            PLAIN.replace('"Count"', '"Number"').replace('"Unit"', '"Units"'),
            TEXT,
            "The spec names unknown columns. 'sex.csv' has no column 'Units'. Did you mean 'Unit'? "
            "'sex.csv' has no column 'Number'. Known names: Count, Sex, Unit.",
            id="columns that are not in the file",
        ),
        pytest.param(
            PLAIN,
            "Staff by sex\nMarch 2025\n" + TEXT,
            "The spec names unknown columns. 'sex.csv' has its heading in line 3: write skip_rows = 2.",
            id="a title above the heading",
        ),
        pytest.param(
            PLAIN,
            TEXT.replace("12", "s.o.").replace("15", "s.o."),
            "The files do not fit the spec. 'sex.csv': 2 values are neither numbers nor marks, such as 's.o.' "
            "in line 3. " + REMEDY,
            id="a mark that the spec does not know",
        ),
        pytest.param(
            PLAIN.replace(', sex = "Sex"', ""),
            TEXT,
            "The files do not fit the spec. 'sex.csv': 2 rows give a group another value than a row above, "
            "first in line 3; a column that tells them apart may be missing from its dimensions. " + REMEDY,
            id="a dimension left out",
        ),
        pytest.param(
            PLAIN,
            TEXT.replace("12", "-12.5"),
            "The files do not fit the spec. 'sex.csv': 1 values are no whole numbers, first in line 3; if they are "
            "amounts, write whole_numbers = false. 'sex.csv': 1 values are below zero, first in line 3; if they can "
            "be, write negative = true. " + REMEDY,
            id="numbers that cannot be people",
        ),
        pytest.param(
            PLAIN.replace("sex.csv", "gender.csv"),
            TEXT,
            "The spec has no table for the file 'sex.csv'. Known names: gender.csv.",
            id="a file that the spec does not name",
        ),
        pytest.param(
            PLAIN + 'encoding = "ascii"\n',
            TEXT.replace("A", "É"),
            "The file 'sex.csv' cannot be read as ascii. "
            'Say its encoding in the spec, for example encoding = "latin-1".',
            id="another encoding",
        ),
        pytest.param(
            PLAIN,
            "",
            "The file 'sex.csv' has no heading. A heading, then one row a cell.",
            id="an empty file",
        ),
        pytest.param(
            PLAIN + "[dimensions.unit]\nnames = { file = 'names.csv', name = ['label'], code = 'id' }\n",
            TEXT,
            "The file of names 'names.csv' has no column 'label'. Did you mean 'labels'?",
            id="a file of names without that column",
        ),
    ],
)
def test_files_that_do_not_fit_are_answered_with_what_to_mend(folder, spec, text, expected):
    run = folder(spec, {"sex.csv": text, "names.csv": "labels,id\nA,1\n"})
    assert expected == message(lambda: run("sex.csv"))


def test_a_file_that_is_not_there_is_named(folder):
    run = folder(PLAIN, {})
    assert message(lambda: run("sex.csv")).endswith("sex.csv' cannot be read: No such file or directory.")


def test_no_published_number_stands_in_a_message(folder):
    run = folder(PLAIN.replace(', sex = "Sex"', ""), {"sex.csv": TEXT.replace("12", "98765")})
    assert "98765" not in message(run)
