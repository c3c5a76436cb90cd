"""The files a delegate would get: questionnaire exports, account registers and self-identification files.

`<cycle>/<organization>/questionnaire_<organization>_<cycle>.xlsx` and `.csv` (the same export twice),
`accounts_<organization>_<cycle>.csv`, and, kept apart, `equity_<organization>_<cycle>.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etm_workbench.codebook import Codebook, Language
from etm_workbench.synthetic import layout
from etm_workbench.synthetic.layout import Columns
from etm_workbench.synthetic.records import export_language
from etm_workbench.synthetic.service import FictionalService
from etm_workbench.synthetic.workbook import write_workbook

Progress = Callable[[int, int], None]
# French spreadsheet programs part columns by semicolons, because the comma is their decimal sign.
_DELIMITER: dict[Language, str] = {"en": ",", "fr": ";"}


def write_files(service: FictionalService, folder: Path, *, progress: Progress | None = None) -> list[Path]:
    """Write every organization's files of every cycle.

    Parameters
    ----------
    service : FictionalService
        Whose people.
    folder : Path
        Made when it is not there; files of the same name are replaced.
    progress : callable, optional
        Called with (organizations done, organizations in all), over all cycles.

    Returns
    -------
    list of Path
        The files, in order of cycle and organization. The same service gives the same bytes.
    """
    exports = list(_exports(service))
    written: list[Path] = []
    for done, export in enumerate(exports, start=1):
        written += export.write(folder)
        if progress is not None:
            progress(done, len(exports))
    return written


def _exports(service: FictionalService) -> Iterator[_Export]:
    for cycle, records in service.records.items():
        at = service.settings[cycle]
        for organization, of_organization in records.groupby("organization", sort=True):
            name = str(organization)
            equity = service.equity[cycle].loc[of_organization.index]
            yield _Export(service, at.codebook, name, export_language(name, at), (of_organization, equity))


@dataclass(frozen=True, slots=True, repr=False)
class _Export:
    """One organization's files of one cycle."""

    service: FictionalService
    codebook: Codebook
    organization: str
    language: Language
    frames: tuple[pd.DataFrame, pd.DataFrame]

    def write(self, folder: Path) -> list[Path]:
        place = folder / self.codebook.cycle / self.organization
        place.mkdir(parents=True, exist_ok=True)
        books = (self.codebook, self.service.texts, self.language)
        records, equity = self.frames
        name = f"{self.organization}_{self.codebook.cycle}"
        columns = layout.questionnaire_columns(*books)
        cells = self._cells(records, columns)
        workbook = place / f"questionnaire_{name}.xlsx"
        write_workbook(workbook, self._rows_above(columns), headings=columns.headings, columns=cells)
        return [
            workbook,
            self._csv(place / f"questionnaire_{name}.csv", columns, cells),
            *self._register(place / f"accounts_{name}.csv", records),
            *self._self_identification(place / f"equity_{name}.csv", equity),
        ]

    def _register(self, path: Path, records: pd.DataFrame) -> list[Path]:
        columns = layout.account_columns(self.codebook, self.service.texts, self.language)
        return [self._csv(path, columns, self._cells(records, columns))]

    def _self_identification(self, path: Path, equity: pd.DataFrame) -> list[Path]:
        columns = layout.equity_columns(self.codebook, self.service.texts, self.language)
        return [self._csv(path, columns, self._cells(equity, columns))]

    def _cells(self, frame: pd.DataFrame, columns: Columns) -> list[list[Any]]:
        return layout.written(frame, columns, codebook=self.codebook, language=self.language)

    def _rows_above(self, columns: Columns) -> list[list[str]]:
        """Title rows of the workbook, and the band that names the sections above the headings."""
        texts, first = self.service.texts, self.language
        second: Language = "fr" if first == "en" else "en"
        languages: tuple[Language, Language] = (first, second)
        title = " / ".join(texts.text("rows", "title").in_language(tongue) for tongue in languages)
        owner = self.codebook.label("organization", self.organization)
        cycle = f"{texts.text('rows', 'cycle').in_language(first)} {self.codebook.cycle}"
        marking = " / ".join(texts.text("rows", "marking").in_language(tongue) for tongue in languages)
        sections, band = columns.sections, []
        for place, section in enumerate(sections):
            opens = place == 0 or sections[place - 1] != section
            band.append(texts.text("sections", section).in_language(first) if opens else "")
        return [[title], [owner.in_language(first)], [cycle], [marking], [], band]

    def _csv(self, path: Path, columns: Columns, cells: list[list[Any]]) -> Path:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=_DELIMITER[self.language], lineterminator="\r\n")
            writer.writerow(columns.headings)
            writer.writerows(map(_text_cells, zip(*cells, strict=True)))
        return path


def _text_cells(cells: Iterable[Any]) -> list[str]:
    return ["" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell) for cell in cells]
