"""The benchmark's data and notebook: 9,000 people by 40 variables, 6 tables, 5 charts, 19 cells. All fictional.

The notebook is an ordinary one: any tool can run it. Charts ask for altair's own `svg` renderer.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd

PEOPLE, ORGANIZATIONS, ANSWERS = 9_000, 90, 28

CELLS: list[tuple[str, str]] = [
    ("markdown", "# How does this organization compare with the service?"),
    ("parameters", 'organization = 1  # which of the 90\nlanguage = "en"  # en or fr\ndata = "people.pkl"  # where the people are'),
    ("code", "import altair as alt\nimport numpy as np\nimport pandas as pd\nfrom scipy import stats\n\nalt.renderers.enable(\"svg\")"),
    ("code", "people = pd.read_pickle(data)\nown = people[people.organization == organization]\nothers = people[people.organization != organization]"),
    ("code", 'words = {"en": ["Level", "Count", "Placement"], "fr": ["Niveau", "Nombre", "Catégorie"]}[language]'),
    ("markdown", "## Levels"),
    ("code", 'levels = own.groupby("level", observed=False).size().rename(words[1]).reset_index()\nlevels'),
    ("code", 'alt.Chart(levels, title=words[0]).mark_bar().encode(x=alt.X("level:N", title=words[0]), y=alt.Y(words[1] + ":Q")).properties(width=420, height=240)'),
    ("markdown", "## Placement"),
    ("code", 'placement = pd.crosstab(own.placement, own.level, normalize="columns")\nplacement.style.format("{:.1%}")'),
    ("code", 'both = pd.concat([g.placement.value_counts(normalize=True).rename("share").reset_index().assign(who=w) for g, w in [(own, "own"), (others, "service")]])\n'
             'alt.Chart(both).mark_bar().encode(x="share:Q", y=alt.Y("placement:N", title=words[2]), color="who:N", row="who:N").properties(width=380, height=160)'),
    ("markdown", "## What differs"),
    ("code", 'answers = [c for c in people.columns if c.startswith("answer")][:20]\n'
             'rows = []\nfor name in answers:\n    t = stats.ttest_ind(own[name], others[name], equal_var=False)\n    u = stats.mannwhitneyu(own[name], others[name])\n'
             '    rows.append((name, own[name].mean(), others[name].mean(), t.statistic, t.pvalue, u.pvalue))\n'
             'tests = pd.DataFrame(rows, columns=["question", "own", "service", "t", "p_t", "p_u"])\ntests'),
    ("code", 'alt.Chart(tests).mark_circle().encode(x="own:Q", y="service:Q", size=alt.Size("t:Q"), tooltip=["question"]).properties(width=320, height=320)'),
    ("code", 'table = pd.crosstab(people.organization == organization, people.placement)\nchi = stats.chi2_contingency(table)\npd.DataFrame({"chi2": [chi.statistic], "p": [chi.pvalue], "dof": [chi.dof]})'),
    ("code", 'by_region = own.pivot_table(index="region", columns="level", values="answer_01", aggfunc="mean", observed=False)\nby_region'),
    ("code", 'alt.Chart(by_region.reset_index().melt("region")).mark_rect().encode(x="level:N", y="region:N", color="value:Q").properties(width=300, height=200)'),
    ("code", 'age = own.groupby(pd.cut(own.age, range(30, 71, 5)), observed=False).size().rename("n").reset_index()\nage["age"] = age["age"].astype(str)\nage'),
    ("code", 'alt.Chart(age).mark_area(opacity=0.6).encode(x="age:O", y="n:Q").properties(width=420, height=200)'),
]  # fmt: skip


def people(rng: np.random.Generator) -> pd.DataFrame:
    """One row a person: organization, level, placement, region, age and numeric answers."""
    columns: dict[str, object] = {
        "person": np.arange(PEOPLE),
        "organization": rng.integers(1, ORGANIZATIONS + 1, PEOPLE),
        "level": pd.Categorical(rng.choice(["EX-01", "EX-02", "EX-03", "EX-04", "EX-05"], PEOPLE)),
        "placement": pd.Categorical(rng.choice(["advance", "lateral", "well_placed", "develop"], PEOPLE)),
        "region": pd.Categorical(rng.choice(["north", "south", "east", "west", "capital"], PEOPLE)),
        "age": rng.integers(32, 68, PEOPLE),
    }
    columns |= {f"answer_{i:02}": rng.normal(3.5, 1.0, PEOPLE).round(1) for i in range(ANSWERS)}
    columns |= {f"flag_{i}": rng.random(PEOPLE) < 0.3 for i in range(6)}
    return pd.DataFrame(columns)


def write(folder: Path, seed: int = 20) -> Path:
    """Data and notebook into `folder`; the notebook's path."""
    folder.mkdir(parents=True, exist_ok=True)
    people(np.random.default_rng(seed)).to_pickle(folder / "people.pkl")
    v4 = nbformat.v4
    cells = []
    for number, (kind, source) in enumerate(CELLS):
        if kind == "markdown":
            cells.append(v4.new_markdown_cell(source, id=f"cell-{number}"))
        else:
            tags = {"tags": ["parameters"]} if kind == "parameters" else {}
            cells.append(v4.new_code_cell(source, metadata=tags, id=f"cell-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "report.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path
