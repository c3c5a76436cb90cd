"""Vega-Lite specifications as SVG and PNG, with no browser and no network.

Drawing starts V8, which takes a third of a second once and must never happen in a process that will
fork; a batch hands its specifications to a chart server instead (`draw_with`).
Vega has no hatching, so withheld marks are drawn in a grey that stands for nothing else and get their
pattern here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from etm_workbench.presentation import theme

_HATCH = (
    '<pattern id="{id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#ffffff"/><rect width="1.6" height="5" fill="#8c8c8c"/></pattern>'
)
_IDS = re.compile(r'(?<=\bid=")[^"]+(?=")|(?<=url\(#)[^)]+(?=\))')


def draw_svg(spec: Mapping[str, Any], *, prefix: str = "c") -> str:
    """The chart as an SVG element; `prefix` keeps its internal ids apart from other charts of a page."""
    return _polished(_svg(_canonical(spec)), prefix)


def draw_png(spec: Mapping[str, Any], *, scale: float = 2.0) -> bytes:
    """The chart as a picture, for formats that take no SVG; `scale` times its size in CSS pixels."""
    return _png(draw_svg(spec), scale)


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawn chart in CSS pixels."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def draw_with(draw: Callable[[str], str] | None) -> None:
    """Hand specifications (canonical JSON) to `draw`, which returns SVG; None draws in this process again."""
    global _drawer  # noqa: PLW0603  one process draws one way
    _drawer = draw
    _svg.cache_clear()


_drawer: Callable[[str], str] | None = None


@lru_cache(maxsize=256)
def _svg(spec: str) -> str:
    return (_drawer or draw_here)(spec)


def draw_here(spec: str) -> str:
    """The SVG of a specification, by V8 in this process; a chart server calls it."""
    svg: str = _vl_convert().vegalite_to_svg(spec)
    return svg


@lru_cache(maxsize=64)
def _png(svg: str, scale: float) -> bytes:
    return bytes(_vl_convert().svg_to_png(svg, scale=scale))


@cache
def _vl_convert() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(theme.FONTS))
    return vl_convert


def _canonical(spec: Mapping[str, Any]) -> str:
    return json.dumps(spec, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _polished(svg: str, prefix: str) -> str:
    svg = _IDS.sub(lambda match: f"{prefix}-{match[0]}", svg)
    svg = re.sub(r' class="[^"]*"| aria-[a-z]+="[^"]*"| role="[^"]*"', "", svg)
    if theme.WITHHELD_FILL not in svg:
        return svg
    hatch = f"{prefix}-hatch"
    opening = re.match(r"<svg[^>]*>", svg)
    start = opening.end() if opening else 0
    body = svg[start:].replace(f'fill="{theme.WITHHELD_FILL}"', f'fill="url(#{hatch})"')
    return f"{svg[:start]}<defs>{_HATCH.format(id=hatch)}</defs>{body}"
