"""The sheet that goes with a shared file: what holds of it, what it is still good for, in plain words.

It says what was measured and never that nobody can be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from etm_workbench.codebook import Bilingual, Language
from etm_workbench.presentation.locale import number, say
from etm_workbench.protection.microdata import Transitions
from etm_workbench.reporting.shared_file import SharedFile

_TITLE = Bilingual("What holds of this file", "Ce qui vaut pour ce fichier")
_FOR = Bilingual("For: {who} (policy {policy}).", "Destinataires : {who} (politique {policy}).")
_ALIKE = Bilingual(
    "Each record looks like at least {others} others in the {keys} key variables; among records that look alike there "
    "are at least {l} different answers to each sensitive question.",
    "Chaque enregistrement ressemble à au moins {others} autres selon les {keys} variables clés ; parmi ceux qui se "
    "ressemblent, on trouve au moins {l} réponses différentes à chaque question sensible.",
)
_CLOSE = Bilingual(
    "The answers of such a group differ from the whole file’s by at most {t} (0: not at all, 1: entirely); no answer "
    "is given by more than {alpha} of a group.",
    "Les réponses d’un tel groupe s’écartent de celles du fichier d’au plus {t} (0 : pas du tout, 1 : entièrement) ; "
    "aucune réponse n’est donnée par plus de {alpha} d’un groupe.",
)
_RISK = Bilingual("Risk of being found", "Risque d’être retrouvé")
_RISK_NOTE = Bilingual(
    "For an intruder who knows the key variables of everybody and that everybody is in the file.",
    "Pour un intrus qui connaît les variables clés de chacun et sait que chacun est dans le fichier.",
)
_RISK_ROWS = (
    Bilingual("Records", "Enregistrements"),
    Bilingual("Records matched rightly, on average", "Enregistrements associés correctement, en moyenne"),
    Bilingual("Highest chance for one record", "Probabilité la plus élevée pour un enregistrement"),
    Bilingual("Records with a chance above {mark}", "Enregistrements dont la probabilité dépasse {mark}"),
    Bilingual("Records that look like no other", "Enregistrements qui ne ressemblent à aucun autre"),
    Bilingual("Records that a few answers make unique", "Enregistrements que quelques réponses rendent uniques"),
    Bilingual("Highest special-unique score", "Score d’unicité spéciale le plus élevé"),
)
_PRESENCE = Bilingual(
    "Somebody known from the population is in the file with a chance of at most {most} (delta-presence).",
    "Une personne connue de la population est dans le fichier avec une probabilité d’au plus {most} (delta-présence).",
)
_LEFT_OUT = Bilingual("{count} records were left out.", "{count} enregistrements ont été exclus.")
_USE = Bilingual("What it is still good for", "Ce à quoi il sert encore")
_WHOLE, _COARSER, _BLANK = (
    Bilingual("As they were", "Inchangées"),
    Bilingual("Coarser or drawn anew", "Généralisées ou tirées à nouveau"),
    Bilingual("Blank", "Effacées"),
)
_DISTANCE = Bilingual("Change in shares", "Écart des parts")
_VARIABLE = Bilingual("Variable", "Variable")
_TOGETHER = Bilingual("How two variables hang together (Cramér’s V)", "Lien entre deux variables (V de Cramér)")
_BEFORE, _AFTER = Bilingual("Before", "Avant"), Bilingual("After", "Après")
_DRAWN = Bilingual("Answers drawn anew: {variable}", "Réponses tirées à nouveau : {variable}")
_DRAWN_NOTE = Bilingual(
    "An answer in the file need not be the person’s. Row: the answer given; column: the answer in the file. Counts are "
    "worked back with the inverse of this matrix.",
    "Une réponse du fichier n’est pas forcément celle de la personne. Ligne : réponse donnée ; colonne : réponse du "
    "fichier. On corrige les nombres par l’inverse de cette matrice.",
)
_PSEUDONYMS = Bilingual(
    "People carry pseudonyms made with a key that does not go with the file; they are still personal information.",
    "Les personnes portent des pseudonymes faits avec une clé qui n’accompagne pas le fichier ; ce sont encore des "
    "renseignements personnels.",
)
_STILL = Bilingual(
    "This file is still about people, and somebody may still be found in it. It may be used for the purpose it was "
    "made for, and not be joined with other files.",
    "Ce fichier porte toujours sur des personnes, et quelqu’un peut encore y être retrouvé. Il ne sert qu’à la fin "
    "pour laquelle il a été produit et ne doit pas être apparié à d’autres fichiers.",
)


def sheet(made: SharedFile, language: Language) -> str:
    """The sheet as Markdown."""
    measures, policy = made.after.measures, made.policy
    who = Bilingual(policy.en, policy.fr).in_language(language)
    lines = [
        f"# {say(_TITLE, language)}",
        _put(_FOR, language, who=who, policy=policy.identifier),
        _put(
            _ALIKE,
            language,
            others=str(measures.k - 1),
            keys=str(len(made.data.key_variables)),
            l=str(measures.l),
        ),
        _put(
            _CLOSE, language, t=number(measures.t, "ratio", language), alpha=number(measures.alpha, "share0", language)
        ),
        f"## {say(_RISK, language)}",
        say(_RISK_NOTE, language),
        _risk(made, language),
        _put(_LEFT_OUT, language, count=number(made.data.dropped, "count", language)),
    ]
    if made.presence is not None:
        lines.append(_put(_PRESENCE, language, most=number(made.presence[1], "share", language)))
    lines += [f"## {say(_USE, language)}", _kept(made, language), f"### {say(_TOGETHER, language)}"]
    lines.append(_together(made, language))
    for transitions in made.transitions:
        lines.append(f"### {_put(_DRAWN, language, variable=transitions.variable)}")
        lines += [say(_DRAWN_NOTE, language), _chances(transitions, language)]
    lines += [say(text, language) for text in ([_PSEUDONYMS] if made.has_pseudonyms else [])]
    return "\n\n".join([*lines, say(_STILL, language)]) + "\n"


def _risk(made: SharedFile, language: Language) -> str:
    columns = []
    for found in (made.before, made.after):
        risk = found.risk
        columns.append(
            [
                number(found.records, "count", language),
                number(risk.expected, "count", language),
                number(risk.highest, "share", language),
                number(risk.above, "count", language),
                number(risk.uniques, "count", language),
                number(found.special, "count", language),
                number(found.highest_special, "count", language),
            ]
        )
    mark = number(made.policy.mark, "share0", language)
    names = [_put(text, language, mark=mark) for text in _RISK_ROWS]
    head = ["", say(_BEFORE, language), say(_AFTER, language)]
    return _grid(head, zip(names, *columns, strict=True))


def _kept(made: SharedFile, language: Language) -> str:
    head = [say(text, language) for text in (_VARIABLE, _WHOLE, _COARSER, _BLANK, _DISTANCE)]
    rows = (
        [one.variable, *(number(v, "share", language) for v in (one.whole, one.coarser, one.blank, one.distance))]
        for one in made.kept
    )
    return _grid(head, rows)


def _together(made: SharedFile, language: Language) -> str:
    head = [say(_VARIABLE, language), say(_BEFORE, language), say(_AFTER, language)]
    rows = (
        [" × ".join(one.variables), number(one.before, "ratio", language), number(one.after, "ratio", language)]
        for one in made.associations
    )
    return _grid(head, rows)


def _chances(transitions: Transitions, language: Language) -> str:
    rows = (
        [code, *(number(float(chance), "p_value", language) for chance in row)]
        for code, row in zip(transitions.codes, transitions.chances, strict=True)
    )
    return _grid(["", *transitions.codes], rows)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _put(text: Bilingual, language: Language, **words: str) -> str:
    return say(Bilingual(text.en.format(**words), text.fr.format(**words)), language)
