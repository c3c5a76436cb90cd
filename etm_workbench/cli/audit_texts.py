"""What `etm audit` says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from etm_workbench.codebook import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "title": {
        "en": "What an intruder can work out",
        "fr": "Ce qu’un intrus peut déduire",
    },
    "table": {"en": "Table", "fr": "Tableau"},
    "cells": {"en": "Cells", "fr": "Cellules"},
    "hidden": {"en": "Hidden", "fr": "Retenues"},
    "hidden_totals": {"en": "Hidden totals", "fr": "Totaux retenus"},
    "within": {"en": "Exact within its own table", "fr": "Exactes par le seul tableau"},
    "linking": {"en": "Exact by linking tables", "fr": "Exactes en reliant les tableaux"},
    "exact_totals": {"en": "Totals found exactly", "fr": "Totaux trouvés exactement"},
    "all": {"en": "All tables", "fr": "Tous les tableaux"},
    "summary": {
        "en": "{exact} of {hidden} hidden cells have only one possible value: {within} within one table, "
        "{linking} only once tables are linked.",
        "fr": "{exact} cellules retenues sur {hidden} n’ont qu’une valeur possible : {within} dans un seul tableau, "
        "{linking} seulement une fois les tableaux reliés.",
    },
    "outer": {
        "en": "{count} intervals are outer limits: an intruder may know more of those cells. Give more --seconds.",
        "fr": "{count} intervalles sont des bornes extérieures : un intrus peut en savoir plus. "
        "Accordez plus de temps avec --seconds.",
    },
    "recoverable": {"en": "Cells that can be worked out", "fr": "Cellules que l’on peut déduire"},
    "line": {"en": "Line", "fr": "Ligne"},
    "group": {"en": "Group", "fr": "Groupe"},
    "how": {"en": "How", "fr": "Comment"},
    "reason": {
        "en": "{table}: sum over {over} for {group}",
        "fr": "{table} : somme selon {over} pour {group}",
    },
    "inner": {
        "en": "{table}: people told apart by {over} too, for {group}",
        "fr": "{table} : personnes distinguées aussi selon {over}, pour {group}",
    },
    "borrowed": {"en": " (with numbers of {tables})", "fr": " (avec des nombres de {tables})"},
    "everybody": {"en": "everybody", "fr": "tout le monde"},
    "shown": {"en": "shown by another table", "fr": "montrée par un autre tableau"},
    "and_more": {
        "en": "… and {count} more; --intervals lists all.",
        "fr": "… et {count} autres; --intervals les donne.",
    },
    "contradictions": {
        "en": "{count} contradictions between published numbers; they were left out of the attack:",
        "fr": "{count} contradictions entre nombres publiés, laissées de côté dans l’attaque :",
    },
    "contradictions_mean": {
        "en": "Several of a kind usually mean that categories are missing (name every column in wide, or write "
        "incomplete), that files count other people (people), or that a label for everybody is not in total.",
        "fr": "S’il y en a plusieurs semblables, il manque souvent des catégories (nommez toutes les colonnes dans "
        "wide, ou écrivez incomplete), les fichiers comptent d’autres personnes (people), ou une étiquette "
        "désignant tout le monde manque dans total.",
    },
    "nothing_hidden": {
        "en": "The files hide nothing that the spec knows of. If counts are hidden by leaving their rows out, "
        'write missing = "hidden".',
        "fr": "Les fichiers ne retiennent rien que la spécification connaisse. Si des nombres sont retenus en omettant "
        'leur ligne, écrivez missing = "hidden".',
    },
    "off_by": {
        "en": "{reason}: parts and total differ by {amount}",
        "fr": "{reason} : les parties et le total diffèrent de {amount}",
    },
    "disagree": {
        "en": "{table}, line {line}: another table has another number for {group}",
        "fr": "{table}, ligne {line} : un autre tableau donne un autre nombre pour {group}",
    },
    "unlisted": {
        "en": "Note: {count} names of {dimension} are not in the file of names and stand for themselves.",
        "fr": "Remarque : {count} noms de {dimension} ne sont pas dans le fichier de noms et valent pour eux-mêmes.",
    },
    "side_by_side": {
        "en": "Note: {count} codes of {dimension} stand for names that one table shows side by side; "
        "those names are kept apart.",
        "fr": "Remarque : {count} codes de {dimension} désignent des noms qu’un tableau montre côte à côte; "
        "ces noms restent distincts.",
    },
    "looks_like_total": {
        "en": "Note: '{label}' of {dimension} reads like a label for everybody but was taken for a category (of such "
        "labels: {count}). If it is everybody’s, add it to total under [dimensions.{dimension}] and audit again.",
        "fr": "Remarque : « {label} » de {dimension} semble désigner tout le monde et a été prise pour une catégorie "
        "(étiquettes de ce genre : {count}). S’il s’agit de tout le monde, ajoutez-la à total sous "
        "[dimensions.{dimension}] et refaites la vérification.",
    },
    "no_inner_cells": {
        "en": "Note: {count} tables overlap in a ring by {dimension}; the finer cells behind them were left out, "
        "so that an intruder may narrow some intervals further.",
        "fr": "Remarque : {count} tableaux se recoupent en anneau selon {dimension}; les cellules plus fines "
        "derrière eux ont été laissées de côté, et un intrus peut resserrer certains intervalles.",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    """One text with its values filled in."""
    return TEXTS[key][language].format(**values)
