"""Published files of many layouts become one problem: the same group in two files is one cell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest


def found(audit, margins=None):
    """Table, line, interval and means of each hidden cell."""
    return [
        (f.table, f.entry.line, f.lower, f.upper, f.means)
        for f in audit.findings
        if margins is None or f.entry.is_margin == margins
    ]


SEX_BY_UNIT = """
[[hidden]]
marks = ["*"]
at_least = 1
[dimensions.sex]
total = ["Total", "All"]
[[tables]]
file = "sex.csv"
dimensions = { unit = "Unit", sex = "Sex" }
value = "Count"
"""
UNITS = """
[[tables]]
file = "units.csv"
dimensions = { unit = "Direction" }
value = "Effectif"
"""


def test_a_hidden_count_beside_a_shown_total_follows_from_its_own_table(folder):
    audit = folder(SEX_BY_UNIT, {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n"})()
    assert [("sex.csv", 2, 3, 3, "one table")] == found(audit)


def test_a_total_shown_by_another_file_gives_the_hidden_count_away(folder):
    files = {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,*\n", "units.csv": "Direction;Effectif\nA;15\n"}
    audit = folder(SEX_BY_UNIT + UNITS, files)()
    assert [("sex.csv", 2, 3, 3, "linking"), ("sex.csv", 4, 15, 15, "linking")] == found(audit)


def test_hidden_totals_are_margins_and_counted_apart(folder):
    audit = folder(SEX_BY_UNIT, {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,*\n"})()
    assert (1, 1) == (audit.count(), audit.count(margins=True))


def test_a_table_without_totals_is_linked_by_its_sums(folder):
    files = {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\n", "units.csv": "Direction,Effectif\nA,15\n"}
    assert [("sex.csv", 2, 3, 3, "linking")] == found(folder(SEX_BY_UNIT + UNITS, files)())


def test_two_tables_without_any_totals_share_the_margin_they_have_in_common(folder):
    spec = SEX_BY_UNIT + '[[tables]]\nfile = "age.csv"\ndimensions = { unit = "Unit", age = "Age" }\nvalue = "Count"\n'
    files = {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\n", "age.csv": "Unit,Age,Count\nA,young,4\nA,old,11\n"}
    assert [("sex.csv", 2, 3, 3, "linking")] == found(folder(spec, files)())


def test_files_of_other_people_are_not_linked(folder):
    files = {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\n", "units.csv": "Direction,Effectif\nA,15\n"}
    audit = folder(SEX_BY_UNIT + UNITS + 'people = "term employees"\n', files)()
    assert [("sex.csv", 2, 1, np.inf, "")] == found(audit)


def test_case_accents_spaces_and_signs_do_not_tell_groups_apart(folder):
    files = {
        "sex.csv": "Unit,Sex,Count\nBureau de l'Évêque – Nord,Women,*\nBureau de l'Évêque – Nord,Men,12\n",
        "units.csv": "Direction,Effectif\n  bureau  de l’eveque - nord ,15\n",
    }
    assert [("sex.csv", 2, 3, 3, "linking")] == found(folder(SEX_BY_UNIT + UNITS, files)())


def test_bilingual_labels_get_one_code(folder):
    spec = SEX_BY_UNIT + (
        '[dimensions.sex.labels]\nFemmes = "Women"\nHommes = "Men"\n'
        '[[tables]]\nfile = "sexe.csv"\ndimensions = { unit = "Unité", sex = "Sexe" }\nvalue = "Nombre"\n'
    )
    files = {
        "sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\n",
        "sexe.csv": "Unité;Sexe;Nombre\nA;Femmes;1 003\nA;Hommes;*\n".encode("cp1252"),
    }
    audit = folder(spec, files)()
    assert [("sex.csv", 2, 1003, 1003, "linking"), ("sexe.csv", 3, 12, 12, "linking")] == found(audit)


def test_a_file_of_names_merges_old_and_new_names_and_notes_the_unlisted(folder):
    spec = (
        SEX_BY_UNIT
        + UNITS
        + ('[dimensions.unit]\nstrip = [" Total"]\nnames = { file = "names.csv", name = ["en", "fr"], code = "id" }\n')
    )
    files = {
        "sex.csv": "Unit,Sex,Count\nOld Name,Women,*\nOld Name,Men,12\nOld Name Total,Total,*\nOther,Men,2\n",
        "units.csv": "Direction,Effectif\nNouveau nom,15\n",
        "names.csv": b"\xef\xbb\xbfen,fr,id\nOld Name,Ancien nom,7\nNew Name,Nouveau nom,7\n",
    }
    audit = folder(spec, files)("sex.csv", "units.csv")
    assert [("sex.csv", 2, 3, 3, "linking"), ("sex.csv", 4, 15, 15, "linking")] == found(audit)
    assert [("unlisted", "unit", 1)] == [(note.kind, note.dimension, note.count) for note in audit.notes]


def test_two_names_of_one_code_side_by_side_stay_two_groups(folder):
    spec = SEX_BY_UNIT + '[dimensions.unit]\nnames = { file = "names.csv", name = ["en"], code = "id" }\n'
    files = {
        "sex.csv": "Unit,Sex,Count\nOld,Women,*\nOld,Men,12\nOld,Total,15\nNew,Women,*\nNew,Men,1\nNew,Total,9\n",
        "names.csv": "en,id\nOld,7\nNew,7\n",
    }
    audit = folder(spec, files)("sex.csv")
    assert [("sex.csv", 2, 3, 3, "one table"), ("sex.csv", 5, 8, 8, "one table")] == found(audit)
    assert ["side_by_side"] == [note.kind for note in audit.notes]


def test_a_column_a_category_is_read_as_a_dimension(folder):
    spec = """
    [[hidden]]
    marks = ["<5"]
    at_least = 1
    at_most = 4
    [dimensions.level]
    total = ["Total"]
    [[tables]]
    file = "levels.csv"
    dimensions = { unit = "Unit" }
    wide = { dimension = "level", columns = ["EX-01", "EX-02", "EX-03", "Total"] }
    """
    audit = folder(spec, {"levels.csv": "Unit,EX-01,EX-02,EX-03,Total\nA,20,<5,<5,28\nB,6,<5,7,17\n"})()
    expected = [(2, 4, 4, "one table"), (2, 4, 4, "one table"), (3, 4, 4, "one table")]
    assert expected == [(line, low, high, means) for _, line, low, high, means in found(audit)]


def test_several_years_come_from_the_file_names_and_are_not_added_up(folder):
    spec = SEX_BY_UNIT.replace('"sex.csv"', '"sex_{year}.csv"') + "[dimensions.year]\nsum = false\n"
    files = {
        "sex_2024.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n",
        "sex_2025.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,*\n",
    }
    expected = [("sex_2024.csv", 2, 3, 3, "one table"), ("sex_2025.csv", 2, 1, np.inf, "")]
    assert expected == found(folder(spec, files)(), margins=False)


def test_a_table_of_one_year_says_so_in_the_spec(folder):
    spec = SEX_BY_UNIT.replace('unit = "Unit", ', 'unit = "Unit", year = "Year", ') + (
        UNITS + 'fixed = { year = "2025" }\n[dimensions.year]\nsum = false\n'
    )
    files = {
        "sex.csv": "Year,Unit,Sex,Count\n2024,A,Women,*\n2024,A,Men,12\n2025,A,Women,*\n2025,A,Men,12\n",
        "units.csv": "Direction,Effectif\nA,15\n",
    }
    assert [("sex.csv", 2, 1, np.inf, ""), ("sex.csv", 4, 3, 3, "linking")] == found(folder(spec, files)())


AGES = """
[[hidden]]
marks = ["x"]
[dimensions.age]
total = ["All ages"]
[dimensions.age.parts]
"Under 40" = ["Under 30", "30-39"]
"40 and over" = ["40-49", "50+"]
[[tables]]
file = "ages.csv"
dimensions = { department = "Dept", age = "Age" }
value = "N"
"""


def test_wider_age_bands_are_sums_of_the_narrower_ones(folder):
    text = "Dept,Age,N\nA,Under 30,x\nA,30-39,8\nA,Under 40,12\nA,40-49,5\nA,50+,x\nA,All ages,19\n"
    audit = folder(AGES, {"ages.csv": text})()
    assert [("ages.csv", 2, 4, 4, "one table"), ("ages.csv", 6, 2, 2, "one table")] == found(audit)


def test_wider_bands_of_another_file_meet_the_narrower_ones(folder):
    spec = AGES + '[[tables]]\nfile = "bands.csv"\ndimensions = { department = "D", age = "Band" }\nvalue = "Count"\n'
    files = {
        "ages.csv": "Dept,Age,N\nA,Under 30,x\nA,30-39,8\nA,40-49,5\n",
        "bands.csv": "D,Band,Count\nA,Under 40,12\n",
    }
    assert [("ages.csv", 2, 4, 4, "linking")] == found(folder(spec, files)())


def test_a_hidden_wider_band_is_a_margin(folder):
    audit = folder(AGES, {"ages.csv": "Dept,Age,N\nA,Under 30,4\nA,30-39,8\nA,Under 40,x\n"})()
    assert [("ages.csv", 4, 12, 12, "one table")] == found(audit, margins=True)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("zero", (3, 3)), ("unknown", (1, 3)), ("hidden", (1, 2))],
)
def test_what_a_row_that_is_not_there_means(folder, missing, expected):
    text = "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\nB,Women,7\nB,Men,8\nB,Unknown,9\nB,Total,24\n"
    audit = folder(SEX_BY_UNIT + f'missing = "{missing}"\n', {"sex.csv": text})()
    assert expected == found(audit)[0][2:4]


def test_rows_that_are_not_there_count_as_hidden_where_the_spec_says_so(folder):
    text = "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\nB,Women,7\nB,Men,8\nB,Unknown,9\nB,Total,24\n"
    assert 2 == folder(SEX_BY_UNIT + 'missing = "hidden"\n', {"sex.csv": text})().count()


def test_categories_that_leave_people_out_only_bound_a_hidden_one(folder):
    text = "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n"
    audit = folder(SEX_BY_UNIT + 'incomplete = ["sex"]\n', {"sex.csv": text})()
    assert [("sex.csv", 2, 1, 3, "")] == found(audit)


def test_a_number_that_is_not_available_is_not_a_hidden_one(folder):
    text = "Unit,Sex,Count\nA,Women,*\nA,Men,..\nA,Total,15\n"
    audit = folder('not_available = [".."]\n' + SEX_BY_UNIT, {"sex.csv": text})()
    assert [("sex.csv", 2, 1, 15, "")] == found(audit)


def test_rounded_numbers_only_bound_a_hidden_one(folder):
    text = "Unit,Sex,Count\nA,Women,*\nA,Men,10\nA,Total,15\n"
    nearest = folder(SEX_BY_UNIT + "rounded_to = 5\n", {"sex.csv": text})()
    at_random = folder(SEX_BY_UNIT + 'rounded_to = 5\nrounding = "random"\n', {"sex.csv": text})()
    assert [(1, 9), (1, 13)] == [found(audit)[0][2:4] for audit in (nearest, at_random)]


def test_facts_known_elsewhere_are_used(folder):
    spec = SEX_BY_UNIT + '[[known]]\nat = { unit = "A" }\nvalue = 15\n'
    audit = folder(spec, {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,*\n"})()
    assert (3, 3) == found(audit)[0][2:4]


def test_amounts_of_money_keep_their_cents(folder):
    spec = "whole_numbers = false\n" + SEX_BY_UNIT
    audit = folder(spec, {"sex.csv": 'Unit,Sex,Count\nA,Women,*\nA,Men,"1,012.25"\nA,Total,"1,500.75"\n'})()
    assert [("sex.csv", 2, 488.5, 488.5, "one table")] == found(audit)


def test_titles_above_the_heading_and_notes_below_are_passed_over(folder):
    spec = SEX_BY_UNIT + 'skip_rows = 2\n[dimensions.unit]\nignore = ["Source: fictional"]\n'
    text = "Staff of the fictional service\n\nUnit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n\nSource: fictional,,\n"
    assert [("sex.csv", 4, 3, 3, "one table")] == found(folder(spec, {"sex.csv": text})())


def test_files_that_disagree_about_a_group_are_named_and_not_linked_there(folder):
    files = {"sex.csv": "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,Total,15\n", "units.csv": "Direction,Effectif\nA,16\n"}
    audit = folder(SEX_BY_UNIT + UNITS, files)()
    assert [("sex.csv", 2, 3, 3, "one table")] == found(audit)
    assert [("units.csv", 2)] == [(wrong.reason.table, wrong.line) for wrong in audit.contradictions]


def test_a_table_that_does_not_add_up_is_named_with_its_error(folder):
    text = "Unit,Sex,Count\nA,Women,4\nA,Men,12\nA,Total,15\nB,Women,*\nB,Men,2\nB,Total,6\n"
    audit = folder(SEX_BY_UNIT, {"sex.csv": text})()
    assert [("sex.csv", ("sex",), {"unit": "A"}, 1)] == [
        (wrong.reason.table, wrong.reason.over, wrong.reason.group, wrong.off_by) for wrong in audit.contradictions
    ]
    assert [("sex.csv", 5, 4, 4, "one table")] == found(audit)


PEOPLE = (
    AGES
    + """
[dimensions.level]
total = ["Total"]
[[tables]]
file = "levels.csv"
dimensions = { department = "Dept" }
wide = { dimension = "level", columns = ["EX-01", "EX-02", "Total"] }
[[tables]]
file = "both.csv"
dimensions = { age = "Age", level = "Level" }
value = "N"
"""
)


def publish(rng, hidden_below):
    """Three tables about the same fictional people, small counts hidden by a star each: files, and true counts."""
    ages = ["Under 30", "30-39", "40-49", "50+"]
    people = rng.integers(0, 6, size=(4, 4, 2))  # department, age, level
    true, rows = {}, {"ages.csv": ["Dept,Age,N"], "levels.csv": ["Dept,EX-01,EX-02,Total"], "both.csv": ["Age,Level,N"]}

    def mark(file, line, labels, count):
        true[file, line, labels] = count
        return "x" if 0 < count < hidden_below else str(count)

    for unit in range(4):
        bands = {**{age: people[unit, at] for at, age in enumerate(ages)}, "Under 40": people[unit, :2]}
        for age, counted in {**bands, "40 and over": people[unit, 2:], "All ages": people[unit]}.items():
            line = len(rows["ages.csv"]) + 1
            rows["ages.csv"].append(f"d{unit},{age},{mark('ages.csv', line, (f'd{unit}', age), int(counted.sum()))}")
        levels = {"EX-01": people[unit, :, 0], "EX-02": people[unit, :, 1], "Total": people[unit]}
        cells = [mark("levels.csv", unit + 2, (f"d{unit}", name), int(n.sum())) for name, n in levels.items()]
        rows["levels.csv"].append(",".join([f"d{unit}", *cells]))
    for (at, level), count in np.ndenumerate(people.sum(axis=0)):
        labels = (ages[at], f"EX-0{level + 1}")
        rows["both.csv"].append(",".join([*labels, mark("both.csv", len(rows["both.csv"]) + 1, labels, int(count))]))
    return {name: "\n".join(lines) + "\n" for name, lines in rows.items()}, true


@pytest.mark.parametrize("seed", range(6))
def test_true_counts_lie_in_every_interval_and_nothing_contradicts(folder, seed):
    files, true = publish(np.random.default_rng(seed), hidden_below=7)
    audit = folder(PEOPLE, files)()
    assert len(audit.findings) > 4
    assert () == audit.contradictions
    for f in audit.findings:
        assert f.lower <= true[f.table, f.entry.line, tuple(f.entry.labels.values())] <= f.upper


RING = """
[[hidden]]
marks = ["*"]
[[tables]]
file = "ab.csv"
dimensions = { a = "a", b = "b" }
value = "n"
[[tables]]
file = "bc.csv"
dimensions = { b = "b", c = "c" }
value = "n"
[[tables]]
file = "ac.csv"
dimensions = { a = "a", c = "c" }
value = "n"
"""


MARGINS = {"ab": 2, "bc": 0, "ac": 1}  # the axis that each margin of a cube adds over


def margins_as_files(cube, hidden):
    """The three two-way margins of a cube as files; `hidden` says which cells get a star."""
    files = {}
    for name, axis in MARGINS.items():
        sums = cube.sum(axis=axis)
        rows = [
            f"{name[0]}{i},{name[1]}{j},{'*' if hidden[name][i, j] else sums[i, j]}" for i, j in np.ndindex(sums.shape)
        ]
        files[f"{name}.csv"] = "\n".join([f"{name[0]},{name[1]},n", *rows]) + "\n"
    return files


def cubes_of(total):
    """Every 2 x 2 x 2 table of so many people."""
    for bars in itertools.combinations(range(total + 7), 7):
        edges = (-1, *bars, total + 7)
        yield np.array([after - before - 1 for before, after in itertools.pairwise(edges)]).reshape(2, 2, 2)


@pytest.mark.parametrize("seed", range(8))
def test_three_tables_in_a_ring_are_attacked_by_way_of_the_cells_behind_them(folder, seed):
    rng = np.random.default_rng(seed)
    cube = rng.integers(0, 3, size=(2, 2, 2))
    hidden = {name: rng.random((2, 2)) < 0.7 for name in MARGINS}
    spec = RING + f"[[known]]\nat = {{}}\nvalue = {cube.sum()}\n"
    audit = folder(spec, margins_as_files(cube, hidden))()
    fitting = [
        {name: other.sum(axis=axis) for name, axis in MARGINS.items()}
        for other in cubes_of(int(cube.sum()))
        if all((other.sum(axis=a) == cube.sum(axis=a))[~hidden[name]].all() for name, a in MARGINS.items())
    ]
    values = [
        [margins[name][place] for margins in fitting]
        for name in MARGINS
        for place in zip(*hidden[name].nonzero(), strict=True)
    ]
    assert [(min(seen), max(seen)) for seen in values] == [(f.lower, f.upper) for f in audit.findings]


EVERYBODY = "Unit,Sex,Count\nA,Women,*\nA,Men,12\nA,{label},15\n"


@pytest.mark.parametrize("label", ["TOTAL", "All employees", "Both sexes", "Ensemble", "Les deux sexes", "Grand total"])
def test_a_label_that_reads_like_everybody_is_noted_when_the_spec_does_not_say_so(folder, label):
    spec = SEX_BY_UNIT.replace('["Total", "All"]', "[]")
    audit = folder(spec, {"sex.csv": EVERYBODY.format(label=label)})()
    assert [("looks_like_total", "sex", 1, label)] == [(n.kind, n.dimension, n.count, n.label) for n in audit.notes]


@pytest.mark.parametrize("label", ["Allied services", "Totally other", "Sans objet"])
def test_other_labels_are_categories_without_a_note(folder, label):
    audit = folder(SEX_BY_UNIT, {"sex.csv": EVERYBODY.format(label=label)})()
    assert () == tuple(audit.notes)


def test_years_that_are_not_added_up_have_no_label_for_everybody(folder):
    spec = SEX_BY_UNIT.replace('["Total", "All"]', "[]\nsum = false")
    assert () == tuple(folder(spec, {"sex.csv": EVERYBODY.format(label="Total")})().notes)
