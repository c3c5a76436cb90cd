"""Why a cell is withheld, in sentences of both languages.

A reader is told what the table itself shows: that the number protects people, what is withheld with it, and
what can be read in its place. The holder of the records is told the rule, what the cell covers, and how
closely readers can work it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.locale import cell_text, join, number, say
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.protected import Explanation, Inside, ProtectedTable, Reason, Shown

LISTED = 6

_FOR_READERS: dict[Reason, Bilingual] = {
    "protected": Bilingual(
        "This number is withheld to protect people: it is too small to show, it would tell what a whole group "
        "answered, or it would give another withheld number away. Which of these is not told, because that would help "
        "to work the numbers out.",
        "Ce nombre est retenu pour protéger des personnes : il est trop petit pour être montré, il dirait ce qu’un "
        "groupe entier a répondu, ou il révélerait un autre nombre retenu. On ne dit pas lequel de ces cas, car ce "
        "serait aider à déduire ces nombres.",
    ),
    "small_group": Bilingual(
        "The group is smaller than the policy lets show: all its answers are withheld, those that nobody gave too.",
        "Le groupe est plus petit que ce que la politique permet de montrer : toutes ses réponses sont retenues, y "
        "compris celles que personne n’a données.",
    ),
    "depends": Bilingual(
        "This figure is worked out from a withheld number and would give it back.",
        "Cette valeur est calculée à partir d’un nombre retenu et permettrait de le retrouver.",
    ),
    "too_few": Bilingual(
        "Fewer people stand behind this figure than the policy asks of its kind.",
        "Moins de personnes sont à l’origine de cette valeur que la politique ne l’exige pour ce type de valeur.",
    ),
    "dominance": Bilingual(
        "One or two people make up most of this amount, which would tell theirs.",
        "Une ou deux personnes comptent pour l’essentiel de ce montant, ce qui révélerait le leur.",
    ),
    "too_unreliable": Bilingual(
        "This figure is too uncertain to be useful.", "Cette valeur est trop incertaine pour être utile."
    ),
    "not_available": Bilingual(
        "This was not collected, or not received.", "Cette donnée n’a pas été recueillie ou n’a pas été reçue."
    ),
    "not_applicable": Bilingual("This cannot exist here.", "Cette donnée n’a pas lieu de figurer ici."),
}
_FOR_HOLDERS: dict[Reason, Bilingual] = {
    "too_few": Bilingual(
        "The rule that fired: fewer than {threshold} people.",
        "La règle appliquée : moins de {threshold} personnes.",
    ),
    "small_group": Bilingual(
        "The rule that fired: the whole group has fewer than {threshold} people, so every answer of it is withheld.",
        "La règle appliquée : le groupe entier compte moins de {threshold} personnes, donc toutes ses réponses sont "
        "retenues.",
    ),
    "class_disclosure": Bilingual(
        "The rule that fired: everybody in the group gave the same answer.",
        "La règle appliquée : toutes les personnes du groupe ont donné la même réponse.",
    ),
    "earlier_release": Bilingual(
        "The rule that fired: so few answers changed since an earlier release that the change would show.",
        "La règle appliquée : si peu de réponses ont changé depuis une diffusion antérieure que le changement se "
        "verrait.",
    ),
    "complementary": Bilingual(
        "No rule fired for this number itself: it is withheld so that others cannot be worked out from it.",
        "Aucune règle ne vise ce nombre lui-même : il est retenu pour que d’autres ne puissent en être déduits.",
    ),
}
_COUNTED_OFF = Bilingual(
    "The rule that fired: one answer of its group is about fewer than {threshold} people, and the answers are so many "
    "for so small a group that its people could be counted off; so every answer of it is withheld.",
    "La règle appliquée : une réponse de son groupe porte sur moins de {threshold} personnes, et les réponses sont si "
    "nombreuses pour un si petit groupe qu’on pourrait compter ses personnes une à une ; toutes sont donc retenues.",
)
_PROTECTS = Bilingual("It protects: {cells}.", "Il protège : {cells}.")
_PROTECTED_BY = Bilingual("Withheld to protect it: {cells}.", "Retenus pour le protéger : {cells}.")
_INTERVAL = Bilingual(
    "Readers of this release by itself can work out that it lies between {lower} and {upper}.",
    "Les lecteurs de cette seule diffusion peuvent en déduire qu’il se situe entre {lower} et {upper}.",
)
_OPEN_END = Bilingual(
    "Readers of this release by itself can work out that it is at least {lower}.",
    "Les lecteurs de cette seule diffusion peuvent en déduire qu’il vaut au moins {lower}.",
)
_KEEP = Bilingual(
    "This reason is for the holder of the records: a reader who had it could work the number out.",
    "Cette raison ne s’adresse qu’au détenteur des dossiers : avec elle, un lecteur pourrait déduire le nombre.",
)
_PARTNERS = Bilingual("Withheld with it: {cells}.", "Retenus avec lui : {cells}.")
_MORE = Bilingual("{count} more", "{count} autres")
_COARSER = Bilingual("Shown in its place: {cells}.", "À lire à sa place : {cells}.")
_NOTHING_COARSER = Bilingual(
    "No wider category of this table shows it: ask about a larger group, or with fewer dimensions.",
    "Aucune catégorie plus large de ce tableau ne le montre : demandez un groupe plus grand ou moins de dimensions.",
)
_NAMED = Bilingual("{cell}: {value}", "{cell} : {value}")
_ELSEWHERE = Bilingual("{cell} in table “{table}”", "{cell} dans le tableau « {table} »")


def explained(explanation: Explanation, labels: Labels) -> tuple[Bilingual, ...]:
    """Why a cell is withheld: one sentence or two each for the reason, its partners, and what is shown instead.

    Parameters
    ----------
    explanation : Explanation
        From `ProtectedTable.why`, or from `Workbench.why` for the holder of the records.
    labels : mapping of variable to mapping of code to Bilingual
        Names of codes; a code without one stands as it is.
    """
    in_each = [list(_sentences(explanation, labels, language)) for language in LANGUAGES]
    return tuple(Bilingual(en, fr) for en, fr in zip(*in_each, strict=True))


def show_explanation(explanation: Explanation, labels: Labels, language: Language) -> str:
    """An explanation as a paragraph of HTML, for `protected.set_explainer`."""
    text = " ".join(_sentences(explanation, labels, language))
    return f'<p lang="{language}">{text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}</p>'


def _sentences(explanation: Explanation, labels: Labels, language: Language) -> Iterator[str]:
    table = explanation.table
    inside = explanation.inside
    if inside is not None:
        yield from _whole_reason(inside, table, labels, language)
    else:
        yield say(_FOR_READERS.get(explanation.rule, _FOR_READERS["protected"]), language)
    if table is None or explanation.rule not in ("protected", "small_group"):
        return
    if explanation.partners:
        cells = [_cell(table, key, labels, language) for key in explanation.partners]
        yield _put(_PARTNERS, language, cells=_listed(cells, language))
    wider = [_wider(table, explanation.cell, variable) for variable in explanation.coarser]
    if wider:
        shown = [_with_value(table, key, labels, language) for key in wider]
        yield _put(_COARSER, language, cells=_listed(shown, language))
    else:
        yield say(_NOTHING_COARSER, language)


def _whole_reason(inside: Inside, table: ProtectedTable | None, labels: Labels, language: Language) -> Iterator[str]:
    reason = _COUNTED_OFF if inside.by_group else _FOR_HOLDERS.get(inside.rule, _FOR_HOLDERS["complementary"])
    yield _put(reason, language, threshold=number(inside.threshold, "count", language))
    if inside.protects and table is not None:
        cells = [_named(table, name, key, labels, language) for name, key in inside.protects]
        text = _PROTECTS if inside.rule == "complementary" else _PROTECTED_BY
        yield _put(text, language, cells=_listed(cells, language))
    lower, upper = inside.interval
    ends = {"lower": number(lower, "count", language)}
    if upper < float("inf"):
        yield _put(_INTERVAL, language, **ends, upper=number(upper, "count", language))
    else:
        yield _put(_OPEN_END, language, **ends)
    yield say(_KEEP, language)


def _wider(table: ProtectedTable, key: tuple[str, ...], variable: str) -> tuple[str, ...]:
    """The key of the nearest wider category of a dimension that is shown."""
    axis = table.variables.index(variable)
    parents = {node.code: node.parent for node in table.dimensions[axis].nodes}
    cells = dict(table.rows())
    code = parents.get(key[axis])
    while code is not None:
        wider = (*key[:axis], code, *key[axis + 1 :])
        if isinstance(cells[wider], Shown):
            return wider
        code = parents.get(code)
    return key


def _with_value(table: ProtectedTable, key: tuple[str, ...], labels: Labels, language: Language) -> str:
    value = cell_text(dict(table.rows())[key], language)
    return _put(_NAMED, language, cell=_cell(table, key, labels, language), value=value)


def _named(table: ProtectedTable, name: str, key: tuple[str, ...], labels: Labels, language: Language) -> str:
    if name == table.name:
        return _cell(table, key, labels, language)
    return _put(_ELSEWHERE, language, cell=join([str(code) for code in key], language), table=name)


def _cell(table: ProtectedTable, key: tuple[str, ...], labels: Labels, language: Language) -> str:
    """The labels of a cell's codes, one after another."""
    names = []
    for variable, code in zip(table.variables, key, strict=True):
        label = labels.get(variable, {}).get(code) or COMMON_CODES.get(code)
        names.append(label.in_language(language) if label else code)
    return " · ".join(names)


def _listed(cells: Sequence[str], language: Language) -> str:
    if len(cells) <= LISTED:
        return "; ".join(cells) if language == "en" else " ; ".join(cells)
    more = _put(_MORE, language, count=number(len(cells) - LISTED + 1, "count", language))
    return _listed([*cells[: LISTED - 1], more], language)


def _put(text: Bilingual, language: Language, **words: str) -> str:
    return say(Bilingual(text.en.format(**words), text.fr.format(**words)), language)
