"""The benchmark's notebook: 6 tables, 5 charts, 19 cells, on 9,000 fictional people by 40 variables.

An ordinary notebook that any tool can run; its charts ask for altair's own `svg` renderer.
"""

from __future__ import annotations

PARAMETERS = """
organization = 1  # which of the 90
language = "en"  # en or fr
data = "people.pkl"  # where the people are
"""
IMPORTS = """
import altair as alt
import numpy as np
import pandas as pd
from scipy import stats

alt.renderers.enable("svg")
"""
LOAD = """
people = pd.read_pickle(data)
own = people[people.organization == organization]
others = people[people.organization != organization]
"""
WORDS = """
words = {"en": ["Level", "Count", "Placement"], "fr": ["Niveau", "Nombre", "Catégorie"]}[language]
"""
LEVELS = """
levels = own.groupby("level", observed=False).size().rename(words[1]).reset_index()
levels
"""
LEVELS_CHART = """
x, y = alt.X("level:N", title=words[0]), alt.Y(words[1] + ":Q")
alt.Chart(levels, title=words[0]).mark_bar().encode(x=x, y=y).properties(width=420, height=240)
"""
PLACEMENT = """
placement = pd.crosstab(own.placement, own.level, normalize="columns")
placement.style.format("{:.1%}")
"""
PLACEMENT_CHART = """
shares = {name: group.placement.value_counts(normalize=True) for name, group in [("own", own), ("service", others)]}
both = pd.concat([share.rename("share").reset_index().assign(who=name) for name, share in shares.items()])
y = alt.Y("placement:N", title=words[2])
bars = alt.Chart(both).mark_bar().encode(x="share:Q", y=y, color="who:N", row="who:N")
bars.properties(width=380, height=160)
"""
TESTS = """
rows = []
for name in [column for column in people.columns if column.startswith("answer")][:20]:
    t = stats.ttest_ind(own[name], others[name], equal_var=False)
    u = stats.mannwhitneyu(own[name], others[name])
    rows.append((name, own[name].mean(), others[name].mean(), t.statistic, t.pvalue, u.pvalue))
tests = pd.DataFrame(rows, columns=["question", "own", "service", "t", "p_t", "p_u"])
tests
"""
TESTS_CHART = """
dots = alt.Chart(tests).mark_circle().encode(x="own:Q", y="service:Q", size=alt.Size("t:Q"), tooltip=["question"])
dots.properties(width=320, height=320)
"""
INDEPENDENCE = """
chi = stats.chi2_contingency(pd.crosstab(people.organization == organization, people.placement))
pd.DataFrame({"chi2": [chi.statistic], "p": [chi.pvalue], "dof": [chi.dof]})
"""
REGIONS = """
by_region = own.pivot_table(index="region", columns="level", values="answer_01", aggfunc="mean", observed=False)
by_region
"""
REGIONS_CHART = """
squares = alt.Chart(by_region.reset_index().melt("region")).mark_rect()
squares.encode(x="level:N", y="region:N", color="value:Q").properties(width=300, height=200)
"""
AGES = """
ages = own.groupby(pd.cut(own.age, range(30, 71, 5)), observed=False).size().rename("n").reset_index()
ages["age"] = ages["age"].astype(str)
ages
"""
AGES_CHART = """
alt.Chart(ages).mark_area(opacity=0.6).encode(x="age:O", y="n:Q").properties(width=420, height=200)
"""

CELLS: list[tuple[str, str]] = [
    ("markdown", "# How does this organization compare with the service?"),
    ("parameters", PARAMETERS),
    ("code", IMPORTS),
    ("code", LOAD),
    ("code", WORDS),
    ("markdown", "## Levels"),
    ("code", LEVELS),
    ("code", LEVELS_CHART),
    ("markdown", "## Placement"),
    ("code", PLACEMENT),
    ("code", PLACEMENT_CHART),
    ("markdown", "## What differs"),
    ("code", TESTS),
    ("code", TESTS_CHART),
    ("code", INDEPENDENCE),
    ("code", REGIONS),
    ("code", REGIONS_CHART),
    ("code", AGES),
    ("code", AGES_CHART),
]
