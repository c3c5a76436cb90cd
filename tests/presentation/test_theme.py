"""Colours that can be read, and told apart without colour."""

from __future__ import annotations

from itertools import pairwise

import pytest

from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.theme import _contrast, _luminance, colour, font_faces, ink_on, sequence


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_figures_on_every_shade_can_be_read(count):
    assert [] == [shade for shade in sequence(count) if _contrast(ink_on(shade), shade) < 4.5]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_neighbouring_shades_differ_in_grey(count):
    shades = [_luminance(shade) for shade in sequence(count)]
    assert [] == [pair for pair in pairwise(shades) if (pair[1] + 0.05) / (pair[0] + 0.05) < 1.3]


def test_more_shades_than_can_be_told_apart_are_refused():
    with pytest.raises(BadDefinition, match="6 shades"):
        sequence(6)


def test_text_colours_can_be_read_on_white():
    assert [] == [
        t for t in ("text-primary", "text-secondary", "link-default") if _contrast(colour(t), "#ffffff") < 4.5
    ]


def test_black_on_white_has_the_contrast_the_standard_says():
    assert 21.0 == round(_contrast("#000000", "#ffffff"), 6)


def test_fonts_lie_in_the_page_itself():
    assert (4, 0) == (font_faces().count("data:font/woff2;base64,"), font_faces().count("http"))
