"""An ad hoc question as its file holds it: who asks what of whom, and the words of the answer.

The file is TOML, so that somebody who knows no Python can write one, and pydantic reads it, so that
everything wrong with its shape is said at once. What the names in it mean is checked in `check`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError

from etm_workbench import settings
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.reporting.definitions import Both, BoundText, _Entry
from etm_workbench.reporting.problems import offered, problem

Measure = Literal["count", "share"]
Comparator = Literal["none", "service"]
ChartKind = Literal["bars", "split", "tiles", "lines", "differences"]
CHARTS: tuple[ChartKind, ...] = get_args(ChartKind)


class CellAddress(_Entry):
    """One number of the answer: a figure, and a code for each dimension that is not at its total."""

    figure: str = "count"
    codes: dict[str, str] = Field(default_factory=dict)


class Finding(BoundText):
    """A sentence of the answer; each slot of its words stands in `cells`."""

    cells: dict[str, CellAddress] = Field(default_factory=dict)


class AdhocFile(_Entry):
    """What an ad hoc definition holds.

    `owner`: who answers for it. `audience`: names a policy. `organization`, `cluster`: the scope, at
    most one; the whole service without. `population`: variables and the codes kept. `share_of`: the
    variable whose categories are shares, for the measure `share`.
    """

    question: Both
    owner: str = Field(min_length=1)
    purpose: Both
    audience: str
    cycles: tuple[str, ...] = Field(min_length=1)
    organization: str = ""
    cluster: str = ""
    population: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rows: tuple[str, ...] = Field(min_length=1)
    columns: tuple[str, ...] = ()
    measure: Measure = "count"
    share_of: str = ""
    comparator: Comparator = "none"
    charts: tuple[ChartKind, ...] = ()
    findings: tuple[Finding, ...] = ()
    caution: Both | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Rows, then columns."""
        return (*self.rows, *self.columns)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the answer's table, one for each variable, and the cycles where there are several."""
        return (*(("cycle",) if len(self.cycles) > 1 else ()), *self.variables)

    @property
    def figures(self) -> tuple[str, ...]:
        """Figures of the answer's table, in the order shown."""
        shares = ("share",) if self.measure == "share" else ()
        return ("count", *shares, *(("rest_share",) if self.comparator == "service" else ()))

    @property
    def content_hash(self) -> str:
        """SHA-256 of what is asked and said; hexadecimal. The file's layout and comments do not count."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def core(self) -> tuple[object, ...]:
        """What is counted, whoever asks, of whatever cycle and organization, in whatever words."""
        people = tuple(sorted((variable, tuple(sorted(codes))) for variable, codes in self.population.items()))
        return people, tuple(sorted(self.variables)), self.measure, self.share_of, self.comparator


def find_definition(name: str) -> Path:
    """The file of a definition: a path, or a name in `data/definitions/`.

    Raises
    ------
    BadDefinition
        There is none; the nearest name is offered.
    """
    path = Path(name)
    if path.is_file():
        return path
    saved = {file.stem: file for file in sorted((settings.data_folder() / "definitions").glob("*.toml"))}
    if name not in saved:
        raise BadDefinition(
            f"There is no definition '{name}'.",
            expected="A file, or the name of one in data/definitions.",
            remedy=nearest(name, saved) if saved else "`etm adhoc new` writes one.",
        )
    return saved[name]


def read_definition(path: Path) -> tuple[AdhocFile | None, list[Bilingual]]:
    """The definition in a file, or everything that is wrong with its shape.

    Returns
    -------
    AdhocFile or None
        None when the file cannot be read as one.
    list of Bilingual
        A sentence or two for each problem: where, what is wrong, what to do.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None, [
            problem(
                "The file is not UTF-8 text. Save it as UTF-8.",
                "Le fichier n’est pas du texte UTF-8. Enregistrez-le en UTF-8.",
            )
        ]
    except tomllib.TOMLDecodeError as wrong:
        return None, [
            problem(
                f"The file is not valid TOML: {wrong}. Mend that line.",
                f"Le fichier n’est pas du TOML valide : {wrong}. Corrigez cette ligne.",
            )
        ]
    try:
        return AdhocFile.model_validate(content), []
    except ValidationError as wrong:
        return None, [_sentence(error) for error in wrong.errors()]


def _sentence(error: Mapping[str, Any]) -> Bilingual:
    """One of pydantic's errors as somebody who knows no Python would want it."""
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    last, kind = str(error["loc"][-1]), error["type"]
    if last in _LOOSENING:
        return problem(
            "nothing in a definition can loosen protection. Leave it out; audience says who will read the answer.",
            "rien dans une définition ne peut assouplir la protection. Enlevez-la; audience dit qui lira la réponse.",
            at=place,
        )
    if kind == "extra_forbidden":
        offer = offered(last, _model_at(error["loc"][:-1]).model_fields)
        return problem("there is no such entry.", "cette entrée n’existe pas.", at=place, offer=offer)
    if kind == "literal_error":
        known = [name.strip("' ") for name in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        given = str(error["input"])
        return problem(f"'{given}' is not known.", f"« {given} » est inconnu.", at=place, offer=offered(given, known))
    en, fr = _SHAPES.get(kind, _TWO_TEXTS)
    hint = _HINTS.get(last, ("Add it.", "Ajoutez-la."))
    return problem(en.format(hint=hint[0], place=place), fr.format(hint=hint[1], place=place), at=place)


_LOOSENING = frozenset({"threshold", "policy", "width", "seed", "suppression"})  # entries that people have hoped for
_TWO_TEXTS = (
    "two texts were expected: {place}.en and {place}.fr.",
    "deux textes étaient attendus : {place}.en et {place}.fr.",
)
_SHAPES = {
    "missing": ("it is missing. {hint}", "cette entrée manque. {hint}"),
    "string_too_short": ("it is empty. {hint}", "cette entrée est vide. {hint}"),
    "too_short": ("it is empty. {hint}", "cette entrée est vide. {hint}"),
    "tuple_type": (
        'a list was expected. Write ["…"], with brackets.',
        'une liste était attendue. Écrivez ["…"], avec les crochets.',
    ),
    "string_type": (
        "a text was expected. Write it between quotes.",
        "un texte était attendu. Écrivez-le entre guillemets droits.",
    ),
}
_HINTS = {
    "en": (
        "Both languages are needed: add the English text.",
        "Les deux langues sont nécessaires : ajoutez le texte anglais.",
    ),
    "fr": (
        "Both languages are needed: add the French text.",
        "Les deux langues sont nécessaires : ajoutez le texte français.",
    ),
    "question": (
        "Write the question in both languages, as question.en and question.fr.",
        "Écrivez la question dans les deux langues, sous question.en et question.fr.",
    ),
    "purpose": (
        "Write what the answer is for in both languages, as purpose.en and purpose.fr.",
        "Écrivez dans les deux langues à quoi sert la réponse, sous purpose.en et purpose.fr.",
    ),
    "owner": (
        "Name the role that answers for this report.",
        "Nommez le rôle qui répond de ce rapport.",
    ),
    "audience": (
        'Say who will read it, such as "own_organization".',
        'Dites qui le lira, par exemple "own_organization".',
    ),
    "cycles": (
        'Name at least one cycle, such as ["2025-26"].',
        'Nommez au moins un cycle, par exemple ["2025-26"].',
    ),
    "rows": (
        'Name at least one variable, such as ["level"].',
        'Nommez au moins une variable, par exemple ["level"].',
    ),
}


def _model_at(place: tuple[object, ...]) -> type[BaseModel]:
    """The model whose entries stand at a place of the file."""
    if not place:
        return AdhocFile
    if place[0] == "findings":
        return CellAddress if "cells" in place else Both if "withheld" in place else Finding
    return Both
