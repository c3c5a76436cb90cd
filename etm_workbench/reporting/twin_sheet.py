"""The sheet that goes with a twin: that it is fictional, what of it is as released, and what is merely supposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual, Language
from etm_workbench.presentation.locale import join, number, say
from etm_workbench.protection.twin import Fidelity, TwinRisk

_TITLE = Bilingual("A fictional file", "Un fichier fictif")
_FICTIONAL = Bilingual(
    "Every line of this file was made up by a program. None is about a person; a line that fits somebody does so by "
    "chance, or because the tables it was made of show as much. Nothing may be concluded from it about anybody, nor "
    "about groups smaller than those tables show.",
    "Chaque ligne de ce fichier a été inventée par un programme. Aucune ne porte sur une personne ; une ligne qui "
    "ressemble à quelqu’un lui ressemble par hasard, ou parce que les tableaux dont il est tiré le montrent déjà. On "
    "ne peut rien en conclure sur personne, ni sur des groupes plus petits que ceux que montrent ces tableaux.",
)
_MADE_OF = Bilingual(
    "Made of the released tables {tables} (bundle {bundle}, for {audience}) and of nothing else: what is withheld "
    "there is not in it. Seed {seed}. {people} fictional people.",
    "Tiré des tableaux diffusés {tables} (lot {bundle}, pour {audience}) et de rien d’autre : ce qui y est retenu n’y "
    "figure pas. Germe {seed}. {people} personnes fictives.",
)
_TABLES = Bilingual("As released", "Comme diffusé")
_TABLE_HEAD = (
    Bilingual("Table", "Tableau"),
    Bilingual("Cells shown", "Cellules montrées"),
    Bilingual("Cells withheld", "Cellules retenues"),
    Bilingual("Shown cells that differ", "Cellules montrées qui diffèrent"),
    Bilingual("By at most (people)", "D’au plus (personnes)"),
    Bilingual("Total variation", "Variation totale"),
)
_PAIRS = Bilingual("How two variables hang together (Cramér’s V)", "Lien entre deux variables (V de Cramér)")
_PAIR_HEAD = (
    Bilingual("Variables", "Variables"),
    Bilingual("In the tables", "Dans les tableaux"),
    Bilingual("In this file", "Dans ce fichier"),
    Bilingual("Known from the tables", "Connu par les tableaux"),
)
_YES, _NO = Bilingual("yes", "oui"), Bilingual("no: supposed", "non : supposé")
_SUPPOSED = Bilingual(
    "Where no table shows two variables together, this file supposes that they have nothing to do with each other but "
    "through the others. Use it to write and try out programs; ask for tables to learn about people.",
    "Là où aucun tableau ne montre deux variables ensemble, ce fichier suppose qu’elles n’ont de lien qu’à travers les "
    "autres. Servez-vous-en pour écrire et essayer des programmes ; demandez des tableaux pour apprendre quelque chose "
    "sur les personnes.",
)
_RISK = Bilingual(
    "Beside the real records: {matching} of the lines are alike to a real record that no other is alike to; {met} of "
    "the {uniques} such records are met; {same} of the lines are alike to some real record in every variable. This "
    "sentence is for you who hold the records, and not for the file’s readers.",
    "À côté des dossiers réels : {matching} des lignes ressemblent à un dossier réel unique en son genre ; {met} des "
    "{uniques} dossiers de cette sorte sont atteints ; {same} des lignes ressemblent en tout à un dossier réel. Cette "
    "phrase est pour vous qui détenez les dossiers, et non pour les lecteurs du fichier.",
)


def twin_sheet(found: Fidelity, bundle: Bundle, language: Language, *, seed: int) -> str:
    """The sheet as Markdown: nothing in it comes from anything but the released tables."""
    made_of = _put(
        _MADE_OF,
        language,
        tables=join([table.table for table in found.tables], language),
        bundle=bundle.identifier[:12],
        audience=bundle.manifest.audience,
        seed=str(seed),
        people=number(found.people, "count", language),
    )
    tables = (
        [
            table.table,
            *(number(v, "count", language) for v in (table.shown, table.hidden, table.differing, table.largest)),
            number(table.variation, "share", language),
        ]
        for table in found.tables
    )
    pairs = (
        [
            " × ".join(pair.variables),
            number(pair.fitted, "ratio", language),
            number(pair.twin, "ratio", language),
            say(_YES if pair.is_released else _NO, language),
        ]
        for pair in found.pairs
    )
    lines = [f"# {say(_TITLE, language)}", say(_FICTIONAL, language), made_of, f"## {say(_TABLES, language)}"]
    lines += [_grid(_TABLE_HEAD, tables, language), f"## {say(_PAIRS, language)}", _grid(_PAIR_HEAD, pairs, language)]
    return "\n\n".join([*lines, say(_SUPPOSED, language)]) + "\n"


def risk_sentence(risk: TwinRisk, language: Language) -> str:
    """How the twin lies beside the real records, for whoever holds them."""
    return _put(
        _RISK,
        language,
        matching=number(risk.matching, "share", language),
        met=number(risk.met, "share", language),
        uniques=number(risk.uniques, "count", language),
        same=number(risk.distances[0], "share", language),
    )


def _grid(head: Sequence[Bilingual], rows: Iterable[Sequence[str]], language: Language) -> str:
    lines = [[say(text, language) for text in head], ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _put(text: Bilingual, language: Language, **words: str) -> str:
    return say(Bilingual(text.en.format(**words), text.fr.format(**words)), language)
