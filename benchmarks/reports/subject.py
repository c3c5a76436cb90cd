"""What the benchmark makes: a notebook, the parameters of each report, and how a page is rendered from a run.

`prototype` is the notebook that the floors were measured with, on fictional people in one file. `standard` is a
report as organizations get it, on a fictional service in a store.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd

from benchmarks.reports.cells import CELLS

PEOPLE, ORGANIZATIONS, ANSWERS, FLAGS = 9_000, 90, 28, 6
CYCLES = ("2024-25", "2025-26")


@dataclass(frozen=True)
class Subject:
    """`reports`: one set of parameters each. `after`: what renders the page. `preload`: what a zygote imports.

    `environment`: where either side finds what the notebook reads. `rehearsal`: the job that a zygote runs before it
    serves, as a message; the first report when there is none.
    """

    notebook: Path
    reports: list[dict[str, Any]]
    after: str
    preload: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    rehearsal: Mapping[str, Any] | None = None


def prototype(folder: Path, count: int) -> Subject:
    """Every organization in both languages, as many as asked for."""
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


def standard(folder: Path, count: int) -> Subject:
    """The profile of an organization for its own readers: every one of a small fictional service, as many as asked for.

    Both sides are given the service's benchmarks, as a run of all reports gives them; ours is warmed up as such a run
    is, on published numbers only.
    """
    from etm_workbench.intake import find_files, take_in_files
    from etm_workbench.reporting.benchmarks import GIVEN
    from etm_workbench.reporting.definitions import load_report
    from etm_workbench.reporting.demo import quick_organizations
    from etm_workbench.reporting.fan_out import PRELOAD
    from etm_workbench.reporting.order import Order, rehearsal
    from etm_workbench.reporting.session import open_workbench
    from etm_workbench.store import Store
    from etm_workbench.synthetic import make_service, write_files

    store, given = f"sqlite:///{folder / 'service.sqlite'}", folder / "benchmarks.json"
    environment = {"ETM_STORE": store, "ETM_KEY_FILE": str(folder / "pseudonym.key"), GIVEN: str(given)}
    os.environ.update(environment)
    write_files(make_service(CYCLES, seed=7, organizations=quick_organizations(CYCLES)), folder / "questionnaires")
    with Store.open(store) as opened:
        take_in_files(find_files(folder / "questionnaires").submissions, opened, received_on=datetime.now(UTC))
        codes = sorted({version.organization for version in opened.versions(cycle=CYCLES[-1])})
    with open_workbench(CYCLES[-1], organization=codes[0], audience="own_organization", store=store) as workbench:
        workbench.benchmarks.write(given)
    pairs = [(code, language) for code in codes for language in ("en", "fr")]
    reports = [
        {"cycle": CYCLES[-1], "organization": code, "language": language}
        for code, language in (pairs * (count // len(pairs) + 1))[:count]
    ]
    after, preload = "benchmarks.reports.subject:document_page", (*PRELOAD, "benchmarks.reports.subject")
    warm_up = rehearsal(Order(CYCLES[-1], (codes[0],), folder / "rehearsal")).to_message()
    return Subject(load_report("organization_profile").notebook, reports, after, preload, environment, warm_up)


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


def document_page(finished: Any) -> None:
    """The page of a standard report, from its document."""
    from etm_workbench.presentation.html import render_html
    from etm_workbench.reporting.report import take_finished

    document, _ = take_finished()
    (staged,) = finished.staged.values()
    staged.write_text(render_html(document, finished.parameters["language"]), encoding="utf-8")


def _shown(output: Any) -> str:
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>"
    data = output.get("data", {})
    if svg := data.get("image/svg+xml"):
        return f"<figure>{svg}</figure>"
    return data.get("text/html") or f"<pre>{escape(data.get('text/plain', ''))}</pre>"
