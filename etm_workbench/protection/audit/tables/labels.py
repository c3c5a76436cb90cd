"""Labels to codes: the same group under different spellings gets one code.

Case, accents, spaces and typographic signs never tell two groups apart in published tables; a file of name
variants and a table of labels do the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.protection.audit.tables.files import read_cells
from etm_workbench.protection.audit.tables.spec import Dimension, Names, Spec

TOTAL = ""
"""The code of everybody: a cell's group does not name that dimension."""

_EVERYBODY = re.compile(r"(grand |sub-?)?total\b|(all|both|overall|ensemble|tous|toutes)\b|les deux\b|.* total$")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})


@lru_cache(maxsize=65_536)
def plain(label: str) -> str:
    """A label without what never tells two groups apart.

    Examples
    --------
    >>> plain("  Québec’s  Régions ")
    "quebec's regions"
    """
    letters = unicodedata.normalize("NFKD", label.translate(_SIGNS))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", bare).strip().casefold()


@dataclass(frozen=True, slots=True)
class Note:
    """What had to be assumed, of which dimension, and how often.

    `unlisted`: names that the file of names lacks. `side_by_side`: codes of names that one table shows at one
    place. `no_inner_cells`: tables in a ring whose finer cells were left out. `looks_like_total`: labels, such as
    `label`, that read like everybody's and are taken for a category.
    """

    kind: Literal["unlisted", "side_by_side", "no_inner_cells", "looks_like_total"]
    dimension: str
    count: int
    label: str = ""


@dataclass(slots=True, eq=False)
class Reader:
    """Reads one dimension's labels.

    Parameters
    ----------
    name : str
        Of the dimension.
    totals, ignored : set of str
        Plain labels of everybody, and of rows to leave out.
    codes : dict of str to str
        Plain label to code.
    variants : dict of str to str
        Plain name to code, from the file of name variants; `apart` lists codes it may not be used for.
    parts : dict of str to tuple of str
        Code of a sum of categories to the codes it adds up.
    shown : dict of str to str
        Code to the first label read for it; `unknown`: names that are not in the file of names.
    """

    name: str
    totals: set[str]
    ignored: set[str]
    endings: tuple[str, ...]
    codes: dict[str, str]
    variants: dict[str, str]
    parts: dict[str, tuple[str, ...]]
    shown: dict[str, str] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def code(self, label: str) -> str | None:
        """A label's code: `TOTAL` for everybody, None for a row to leave out."""
        bare = plain(label)
        if bare in self.totals:
            return TOTAL
        for ending in self.endings:
            bare = bare.removesuffix(ending).strip()
        if bare in self.ignored:
            return None
        if bare in self.totals:
            return TOTAL
        code = self._known(bare)
        self.shown.setdefault(code, label.strip())
        return code

    def _known(self, bare: str) -> str:
        if bare in self.codes:
            return self.codes[bare]
        code = self.variants.get(bare)
        if code is None and self.variants:
            self.unknown.add(bare)
        return bare if code is None or code in self.apart else code


def readers(spec: Spec, folder: Path) -> dict[str, Reader]:
    """A reader for each dimension; files of names are looked for beside the spec.

    Raises
    ------
    BadDefinition
        A file of names lacks the columns that the spec names.
    """
    names = dict.fromkeys(name for table in spec.tables for name in table.all_dimensions)
    return {name: _reader(name, spec.dimension(name), folder) for name in names}


def keep_apart(reader: Reader, together: Iterable[Iterable[str]]) -> list[str]:
    """Do not merge names that one table shows side by side; the codes that would have merged them.

    Parameters
    ----------
    reader : Reader
    together : iterable of iterables of str
        For each place of a table, the labels that stand there.
    """
    clashing = set()
    for labels in together:
        spellings: Mapping[str, set[str]] = defaultdict(set)
        for label in labels:
            code = reader.code(label)
            if code:
                spellings[code].add(plain(label))
        clashing |= {code for code, different in spellings.items() if len(different) > 1}
    clashing &= set(reader.variants.values())
    reader.apart |= clashing
    return sorted(clashing)


def looks_like_total(reader: Reader) -> list[str]:
    """Labels that were read as categories and that read like everybody's, in English or French."""
    return [label for code, label in reader.shown.items() if code not in reader.parts and _EVERYBODY.match(code)]


def _reader(name: str, rules: Dimension, folder: Path) -> Reader:
    codes = {plain(label): plain(code) for label, code in rules.labels.items()}
    for code in list(codes.values()):
        codes.setdefault(code, code)
    variants = _variants(rules.names, folder) if rules.names else {}
    reader = Reader(
        name=name,
        totals={plain(label) for label in rules.total},
        ignored={plain(label) for label in rules.ignore},
        endings=tuple(plain(ending) for ending in rules.strip),
        codes=codes,
        variants=variants,
        parts={},
    )
    reader.parts = {
        str(reader.code(whole)): tuple(str(reader.code(part)) for part in parts) for whole, parts in rules.parts.items()
    }
    return reader


def _variants(names: Names, folder: Path) -> dict[str, str]:
    sheet = read_cells(folder / names.file, encoding=names.encoding)
    missing = [column for column in (*names.name, names.code) if column not in sheet.columns]
    if missing:
        raise BadDefinition(
            f"The file of names '{names.file}' has no column '{missing[0]}'. {nearest(missing[0], sheet.columns)}"
        )
    return {
        plain(row[column]): plain(row[names.code]) for column in names.name for row in sheet.rows if row[column].strip()
    }
