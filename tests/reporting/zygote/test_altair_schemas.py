"""Charts come out the same from the remembered table of schema classes as from altair's own."""

from __future__ import annotations

from typing import ClassVar

import altair as alt
import pytest
from altair.utils import schemapi

from etm_workbench.reporting.zygote import altair_schemas

MADE = {
    "mark": {"type": "bar", "color": "red"},
    "encoding": {"x": {"field": "a", "type": "nominal", "axis": {"labelAngle": 0}}},
    "data": {"values": [{"a": 1}]},
}


@pytest.fixture
def remembered(monkeypatch):
    """Altair's own class, put back afterwards, while the remembering one is in its place."""
    original = schemapi._FromDict
    monkeypatch.setattr(schemapi, "_FromDict", original)
    altair_schemas.remember()
    return original


def test_a_chart_is_built_of_the_same_classes(remembered):
    ours = alt.Chart.from_dict(MADE)
    schemapi._FromDict = remembered
    assert alt.Chart.from_dict(MADE) == ours


def test_the_table_is_altairs_own(remembered):
    classes = tuple(schemapi._subclasses(schemapi.SchemaBase))
    assert remembered(classes).class_dict == schemapi._FromDict(iter(classes)).class_dict


def test_the_table_is_made_once(remembered, monkeypatch):
    classes = tuple(schemapi._subclasses(schemapi.SchemaBase))
    schemapi._FromDict(classes)
    monkeypatch.setattr(remembered, "hash_schema", classmethod(lambda *_: pytest.fail("worked out again")))
    assert schemapi._FromDict(classes).class_dict


def test_a_class_of_a_notebooks_own_is_in_the_table(remembered):
    class Own(schemapi.SchemaBase):
        _schema: ClassVar = {"enum": ["a word of our own"]}

    table = schemapi._FromDict(schemapi._subclasses(schemapi.SchemaBase)).class_dict
    assert [Own] == table[remembered.hash_schema(Own._schema)]


def test_remembering_twice_changes_nothing(remembered):
    once = schemapi._FromDict
    altair_schemas.remember()
    assert once is schemapi._FromDict
