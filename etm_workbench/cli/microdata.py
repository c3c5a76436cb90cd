"""`etm microdata`: a file of records made fit to be shared, with the sheet that says what holds of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
import pandas as pd
from rich.console import Console

from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import BadInput

if TYPE_CHECKING:
    from etm_workbench.protection.microdata import Microdata, PseudonymKey
    from etm_workbench.reporting.sharing_spec import SharingSpec


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", "recipients", required=True, help="Whom it is for: departments, researchers.")
@click.option(
    "--spec", required=True, type=click.Path(exists=True, path_type=Path), help="What its columns are (TOML)."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to share; its sheets lie beside.")
@click.option("--seed", default=1, show_default=True, help="For the order of records and answers drawn anew.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The pseudonym key; made when there is none.")
@click.option("--rotate-key", is_flag=True, help="Make a new key first: this file joins no earlier one.")
@click.option(
    "--population",
    type=click.Path(exists=True, path_type=Path),
    help="Whom an intruder may know (CSV).",
)
@click.option("--json", "as_json", is_flag=True, help="The sheet's figures as JSON.")
def microdata(
    *,
    file: Path,
    recipients: str,
    spec: Path,
    out: Path,
    seed: int,
    key_file: Path | None,
    rotate_key: bool,
    population: Path | None,
    as_json: bool,
) -> None:
    """Recode a file of records until it holds to a policy, and say what holds of it.

    Writes the file and a sheet in each language: risk before and after, what is kept, what is not promised.
    The file is still about people: nothing here calls it free of risk.

    \b
    Example: etm microdata people.csv --policy departments --spec people.toml --out shared.csv
    Example: etm microdata people.csv --policy researchers --spec people.toml --out shared.csv --key-file keys/study
    """
    from etm_workbench.protection.microdata import load_sharing_policy
    from etm_workbench.reporting.shared_file import Sharing, share
    from etm_workbench.reporting.shared_sheet import sheet
    from etm_workbench.reporting.sharing_spec import read_hierarchies, read_records, read_spec

    sheets = {language: out.with_suffix(f".{language}.md") for language in LANGUAGES}
    for path in (out, *sheets.values()):
        if path.exists():
            raise BadInput(f"'{path.name}' exists already.", remedy="Name another file.")
    asked, policy = read_spec(spec), load_sharing_policy(recipients)
    data = read_records(file, asked)
    with Console(stderr=True).status("Recoding"):
        sharing = Sharing(
            asked, policy, read_hierarchies(asked, spec.parent), key=_key(asked, key_file, rotate=rotate_key)
        )
        rng = np.random.default_rng(seed)
        made = share(data, sharing, rng=rng, population=_population(population, data))
    made.data.records.to_csv(out, index=False)
    for language, path in sheets.items():
        path.write_text(sheet(made, language), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(made.as_record(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(map(str, (out, *sheets.values()))))


def _key(spec: SharingSpec, path: Path | None, *, rotate: bool) -> PseudonymKey | None:
    from etm_workbench.protection.microdata import read_key, rotate_key

    if not spec.person:
        return None
    if path is None or not spec.purpose:
        raise BadInput(
            f"The column '{spec.person}' needs pseudonyms.",
            expected="A key's file, and the spec's purpose in words.",
            remedy="Add --key-file, outside the project, and `purpose` to the spec; or leave the column out.",
        )
    if rotate and path.exists():
        click.echo(f"The old key lies at {rotate_key(path)} now.", err=True)
    return read_key(path, spec.purpose)


def _population(path: Path | None, data: Microdata) -> Microdata | None:
    from etm_workbench.protection.microdata import Microdata

    if path is None:
        return None
    people = pd.read_csv(path, dtype=str, keep_default_na=False)
    return Microdata(people.where(people != "", None), data.key_variables, ())
