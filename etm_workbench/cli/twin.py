"""`etm twin`: a fictional file that adds up to released tables, with the sheet that says what it is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from etm_workbench.cli.delivery import reads_store
from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import BadInput


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file (CSV); its sheets lie beside.")
@click.option("--table", "tables", multiple=True, help="A table to keep; may be repeated. All when not given.")
@click.option("--seed", default=1, show_default=True, help="Another seed gives another twin, as good.")
@click.option("--measure-risk", is_flag=True, help="Hold it against the real records of the store, for you alone.")
@reads_store
@click.option("--json", "as_json", is_flag=True, help="Fidelity, and risk if measured, as JSON.")
def twin(
    *,
    bundle: Path,
    out: Path,
    tables: tuple[str, ...],
    seed: int,
    measure_risk: bool,
    store_url: str | None,
    as_json: bool,
) -> None:
    """Make up a fictional file that adds up to a bundle's tables.

    It is made of the released numbers alone, so it tells nothing that they do not. Use it to write and try out
    programs where the records may not go.

    \b
    Example: etm twin report.bundle.json --out fictional.csv
    Example: etm twin report.bundle.json --table map --table levels --out fictional.csv --seed 7
    """
    from etm_workbench.reporting.approval import find_bundles
    from etm_workbench.reporting.twin_sheet import risk_sentence, twin_sheet
    from etm_workbench.reporting.twins import make_twin, risk_of

    sheets = {language: out.with_suffix(f".{language}.md") for language in LANGUAGES}
    for path in (out, *sheets.values()):
        if path.exists():
            raise BadInput(f"'{path.name}' exists already.", remedy="Name another file.")
    found = find_bundles(bundle)
    if len(found) > 1:
        raise BadInput(f"'{bundle.name}' holds {len(found)} bundles.", remedy="Name the file of one of them.")
    with Console(stderr=True).status("Making people up"):
        made = make_twin(found[0], tables, rng=np.random.default_rng(seed))
        risk = risk_of(made, found[0], store_url) if measure_risk else None
    made.people.to_csv(out, index=False)
    for language, path in sheets.items():
        path.write_text(twin_sheet(made.fidelity, found[0], language, seed=seed), encoding="utf-8")
    if as_json:
        record = {"fictional": True, "fidelity": asdict(made.fidelity), "risk": asdict(risk) if risk else None}
        click.echo(json.dumps(record, indent=2))
        return
    click.echo("\n".join(map(str, (out, *sheets.values()))))
    if risk is not None:
        click.echo("\n".join(risk_sentence(risk, language) for language in LANGUAGES))
