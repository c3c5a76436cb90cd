"""What the benchmark makes: a notebook, the parameters of each report, and how a page is rendered from a run.

To measure other reports, give `subject` another notebook, parameters, renderer and preloads; nothing else knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd

from benchmarks.reports.cells import CELLS

PEOPLE, ORGANIZATIONS, ANSWERS, FLAGS = 9_000, 90, 28, 6


@dataclass(frozen=True)
class Subject:
    """`reports`: one set of parameters each. `after`: what renders the page. `preload`: what a zygote imports."""

    notebook: Path
    reports: list[dict[str, Any]]
    after: str
    preload: tuple[str, ...]


def subject(folder: Path, count: int) -> Subject:
    """The benchmark's reports: every organization in both languages, as many as asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "people.pkl"
    people(np.random.default_rng(20)).to_pickle(data)
    pairs = [(number, language) for number in range(1, ORGANIZATIONS + 1) for language in ("en", "fr")]
    reports = [
        {"organization": number, "language": language, "data": str(data)}
        for number, language in (pairs * (count // len(pairs) + 1))[:count]
    ]
    preload = ("pandas", "scipy.stats", "altair", "vl_convert", "benchmarks.reports.subject")
    return Subject(notebook(folder / "report.ipynb"), reports, "benchmarks.reports.subject:page", preload)


def people(rng: np.random.Generator) -> pd.DataFrame:
    """One row a person: organization, level, placement, region, age, numeric answers, flags."""
    columns: dict[str, object] = {
        "person": np.arange(PEOPLE),
        "organization": rng.integers(1, ORGANIZATIONS + 1, PEOPLE),
        "level": pd.Categorical(rng.choice(["EX-01", "EX-02", "EX-03", "EX-04", "EX-05"], PEOPLE)),
        "placement": pd.Categorical(rng.choice(["advance", "lateral", "well_placed", "develop"], PEOPLE)),
        "region": pd.Categorical(rng.choice(["north", "south", "east", "west", "capital"], PEOPLE)),
        "age": rng.integers(32, 68, PEOPLE),
    }
    columns |= {f"answer_{number:02}": rng.normal(3.5, 1.0, PEOPLE).round(1) for number in range(ANSWERS)}
    columns |= {f"flag_{number}": rng.random(PEOPLE) < 0.3 for number in range(FLAGS)}
    return pd.DataFrame(columns)


def notebook(path: Path) -> Path:
    """The notebook as a file, for an ordinary kernel."""
    v4, cells = nbformat.v4, []
    for number, (kind, source) in enumerate(CELLS):
        if kind == "markdown":
            cells.append(v4.new_markdown_cell(source, id=f"cell-{number}"))
        else:
            tags = {"tags": ["parameters"]} if kind == "parameters" else {}
            cells.append(v4.new_code_cell(source.strip(), metadata=tags, id=f"cell-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>
{body}
</body></html>
"""


def page(finished: Any) -> None:
    """Stands in for rendering from a document: headings, tables and static charts, without nbconvert."""
    parts = []
    for cell in finished.notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(f"<h2>{escape(cell.source.lstrip('# '))}</h2>")
        else:
            parts += [_shown(output) for output in cell.outputs]
    text = PAGE.format(language=finished.parameters["language"], title="Report", body="\n".join(parts))
    (staged,) = finished.staged.values()
    staged.write_text(text, encoding="utf-8")


def _shown(output: Any) -> str:
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>"
    data = output.get("data", {})
    if svg := data.get("image/svg+xml"):
        return f"<figure>{svg}</figure>"
    return data.get("text/html") or f"<pre>{escape(data.get('text/plain', ''))}</pre>"
