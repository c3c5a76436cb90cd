"""Records as columns of codes: what goes in comes out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etm_workbench.errors import BadInput
from etm_workbench.store.columns import encode_frame, read_block, stack_column, write_block

ANSWERS = {
    "text": st.text(max_size=8),
    "codes": st.lists(st.sampled_from("ABC"), max_size=3).map(tuple),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(pd.Timestamp),
}


def through_the_store(values):
    columns = encode_frame(pd.DataFrame({"answer": pd.Series(values, dtype=object)}))
    _, read = read_block(write_block([str(place) for place in range(len(values))], columns))
    return read["answer"]


@pytest.mark.parametrize("kind", ANSWERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_answers_come_back_as_they_went_in(kind, data):
    values = data.draw(st.lists(st.none() | ANSWERS[kind], min_size=1, max_size=12))
    column = through_the_store(values)
    series = stack_column([(column, len(values))], "answer", empty_as=kind)
    assert values == [None if pd.isna(v) is True or v is pd.NaT else v for v in series]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.none() | st.sampled_from("ABCDE"), max_size=6), min_size=1, max_size=5))
def test_blocks_stack_as_their_answers_do(blocks):
    columns = [(through_the_store(block), len(block)) for block in blocks]
    series = stack_column(columns, "answer", empty_as="text")
    assert [v for block in blocks for v in block] == [None if pd.isna(v) else v for v in series]


def test_block_without_the_column_counts_as_missing():
    series = stack_column([(None, 2), (through_the_store(["A"]), 1)], "answer", empty_as="text")
    assert ([True, True, False], "A") == (series.isna().tolist(), series[2])


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("text", "str"), ("codes", "object"), ("number", "float64"), ("boolean", "boolean"), ("date", "datetime64[us]")],
)
def test_column_that_nobody_answered_has_its_type(kind, dtype):
    assert dtype == stack_column([(None, 2)], "answer", empty_as=kind).dtype


def test_categories_are_kept_as_text():
    column = encode_frame(pd.DataFrame({"level": pd.Categorical(["EX-01", None])}))["level"]
    assert ("text", ["EX-01", None]) == (column.answers, column.listed())


@pytest.mark.parametrize(
    "values", [["A", 1], ["A", ("B",)], [object()], [1, pd.Timestamp(2025, 1, 1)]], ids=lambda values: f"{len(values)}"
)
def test_mixed_column_is_refused_without_its_values(values):
    with pytest.raises(BadInput, match="Column 'answer' mixes types") as refusal:
        through_the_store(values)
    assert not [v for v in values if f"'{v}'" in str(refusal.value)]


def test_infinite_number_is_refused():
    with pytest.raises(BadInput, match="infinite"):
        through_the_store([np.inf])
