"""The same talent map as a Panel application: a list of branches, and a chart drawn anew for each."""

from __future__ import annotations

import os

import altair as alt
import pandas as pd
import panel as pn

pn.extension("vega")
people = pd.read_csv(os.environ["BENCH_PEOPLE"])
LEVELS, PLACEMENTS = (sorted(people[name].unique()) for name in ("level", "placement"))
branch = pn.widgets.Select(name="Branch", options=["All", *sorted(people["branch"].unique())])


def drawn(chosen: str) -> alt.Chart:
    """The map of one branch."""
    kept = people if chosen == "All" else people[people["branch"] == chosen]
    counts = kept.groupby(["placement", "level"]).size().rename("people").reset_index()
    counts["share"] = counts["people"] / counts.groupby("level")["people"].transform("sum")
    bars = alt.Chart(counts, title=f"Talent map: {chosen}, {len(kept)} people").mark_bar()
    bars = bars.encode(
        x=alt.X("share:Q", title=None),
        y=alt.Y("placement:N", sort=PLACEMENTS, title=None),
        column=alt.Column("level:N", sort=LEVELS, title=None),
        tooltip=["people", "share"],
    )
    return bars.properties(width=110, height=160, usermeta={"embedOptions": {"renderer": "svg"}})


panes = pn.bind(lambda chosen: pn.pane.Vega(drawn(chosen)), branch)
pn.Column(branch, panes).servable()
