"""The same talent map as a Streamlit application."""

from __future__ import annotations

import os

import altair as alt
import pandas as pd
import streamlit as st

people = pd.read_csv(os.environ["BENCH_PEOPLE"])
levels, placements = (sorted(people[name].unique()) for name in ("level", "placement"))
chosen = st.radio("Branch", ["All", *sorted(people["branch"].unique())])
kept = people if chosen == "All" else people[people["branch"] == chosen]
counts = kept.groupby(["placement", "level"]).size().rename("people").reset_index()
counts["share"] = counts["people"] / counts.groupby("level")["people"].transform("sum")
bars = alt.Chart(counts, title=f"Talent map: {chosen}, {len(kept)} people").mark_bar()
bars = bars.encode(
    x=alt.X("share:Q", title=None),
    y=alt.Y("placement:N", sort=placements, title=None),
    column=alt.Column("level:N", sort=levels, title=None),
    tooltip=["people", "share"],
)
st.altair_chart(bars.properties(width=110, height=160))
