"""The fixed words of every rendering, both languages on adjacent lines.

What a report says itself comes with its document; here are only the words of the frame around it.
"""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.sensitive import FigureKind

GLANCE = Bilingual("At a glance", "En bref")
CONTENTS = Bilingual("Contents", "Table des matières")
MARKING = Bilingual("Security marking", "Cote de sécurité")
SKIP = Bilingual("Skip to main content", "Passer au contenu principal")
TEXT_VERSION = Bilingual("Text version", "Version textuelle")
FIGURE = Bilingual("Figure", "Figure")
TABLE = Bilingual("Table", "Tableau")
CONTINUED = Bilingual("continued", "suite")
PART = Bilingual("part", "partie")
OF = Bilingual("of", "sur")
PAGE = Bilingual("Page", "Page")
SYMBOLS = Bilingual("Symbols", "Signes conventionnels")
COVER = Bilingual("Cover", "Couverture")
FINDINGS = Bilingual("Findings", "Constats")
PROVENANCE_SHEET = Bilingual("Provenance", "Provenance")
ITEM = Bilingual("Item", "Élément")
VALUE = Bilingual("Value", "Valeur")
SOURCE = Bilingual("Source", "Source")
NOTES = Bilingual("Notes", "Notes")
# What stands for codes that belong to no code list.
COMMON_CODES = {
    "TOTAL": Bilingual("Total", "Total"),
    "ANSWERED": Bilingual("All who answered", "Ensemble des réponses"),
    "MISSING": Bilingual("No answer", "Sans réponse"),
    "true": Bilingual("Yes", "Oui"),
    "false": Bilingual("No", "Non"),
}
NUMBER = Bilingual("Number", "Nombre")
PROVENANCE = Bilingual("Where these numbers come from", "Provenance des chiffres")
OTHER_LANGUAGE = Bilingual("Français", "English")

NOTE_TITLES = {
    "method": Bilingual("Method", "Méthode"),
    "protection": Bilingual("How people are protected", "Protection des personnes"),
    "reading": Bilingual("How to read it", "Comment le lire"),
    "caution": Bilingual("What not to conclude", "Ce qu’il ne faut pas conclure"),
    "source": Bilingual("Source", "Source"),
}

# Table symbols as Statistics Canada uses them.
SYMBOL_MEANINGS = {
    "x": Bilingual("withheld to protect confidentiality", "donnée retenue pour protéger la confidentialité"),
    "F": Bilingual("too unreliable to be published", "trop peu fiable pour être publié"),
    "..": Bilingual("not available", "non disponible"),
    "...": Bilingual("not applicable", "n’ayant pas lieu de figurer"),
    "0": Bilingual("true zero: nobody", "zéro absolu : personne"),
}

FIGURES = {
    "count": Bilingual("Number", "Nombre"),
    "share": Bilingual("Share", "Part"),
    "row_share": Bilingual("Share of row", "Part de la ligne"),
    "column_share": Bilingual("Share of column", "Part de la colonne"),
    "service_share": Bilingual("Public service", "Fonction publique"),
    "comparator_share": Bilingual("Share in the comparator", "Part dans le groupe de comparaison"),
    "rest_share": Bilingual("Rest of the public service", "Reste de la fonction publique"),
    "difference": Bilingual("Difference (points)", "Écart (points)"),
    "low": Bilingual("From (points)", "De (points)"),
    "high": Bilingual("To (points)", "À (points)"),
    "visible": Bilingual("Smallest visible difference (points)", "Plus petit écart visible (points)"),
    "lowest": Bilingual("At least", "Au moins"),
    "highest": Bilingual("At most", "Au plus"),
    "p_value": Bilingual("p-value", "Valeur p"),
    "p_adjusted": Bilingual("Adjusted p-value", "Valeur p ajustée"),
}
FIGURE_KINDS: dict[FigureKind, Bilingual] = {
    "count": Bilingual("Number", "Nombre"),
    "share": Bilingual("Share", "Part"),
    "mean": Bilingual("Mean", "Moyenne"),
    "median": Bilingual("Median", "Médiane"),
    "difference": Bilingual("Difference (percentage points)", "Écart (points de pourcentage)"),
    "bound": Bilingual("Bound", "Borne"),
    "p_value": Bilingual("p-value", "Valeur p"),
    "test": Bilingual("Test statistic", "Statistique de test"),
    "ratio": Bilingual("Ratio", "Rapport"),
    "sum": Bilingual("Sum", "Somme"),
    "extreme": Bilingual("Extreme value", "Valeur extrême"),
}

VERDICTS = {
    -1: Bilingual("lower", "inférieure"),
    0: Bilingual("no difference detected", "aucun écart décelé"),
    1: Bilingual("higher", "supérieure"),
    2: Bilingual("cannot tell at this size", "effectif trop petit pour conclure"),
}

PROVENANCE_FIELDS = {
    "report": Bilingual("Report", "Rapport"),
    "parameters": Bilingual("Parameters", "Paramètres"),
    "data_version": Bilingual("Data version", "Version des données"),
    "code_version": Bilingual("Code version", "Version du code"),
    "policy": Bilingual("Protection policy", "Politique de protection"),
    "audience": Bilingual("Audience", "Public visé"),
    "ledger_entry": Bilingual("Entry in the release ledger", "Inscription au registre des diffusions"),
    "definition_hash": Bilingual("Definition", "Définition"),
    "made_on": Bilingual("Made on", "Produit le"),
    "language": Bilingual("Language", "Langue"),
}
AUDIENCES = {  # as their policies name them
    "own_organization": Bilingual(
        "The organization’s own deputy head and delegate", "L’administrateur général et le délégué de l’organisation"
    ),
    "cluster_review": Bilingual(
        "The deputy heads of the review, and OCHRO", "Les administrateurs généraux participant à l’examen et le BDPRH"
    ),
    "ochro": Bilingual(
        "OCHRO’s analysts, who receive the questionnaires submitted",
        "Les analystes du BDPRH, qui reçoivent les questionnaires soumis",
    ),
    "service": Bilingual("Every delegate and deputy head", "Tous les délégués et administrateurs généraux"),
    "public": Bilingual("Anybody", "Tout le monde"),
}
LANGUAGE_NAMES = {"en": Bilingual("English", "anglais"), "fr": Bilingual("French", "français")}

WITHHELD_SENTENCE = Bilingual(
    "This finding is not shown: a number in it is withheld to protect people in small groups.",
    "Ce constat n’est pas présenté : un de ses chiffres est retenu pour protéger les personnes des petits groupes.",
)

MARKER = Bilingual("Dark tick: the rest of the public service", "Trait foncé : le reste de la fonction publique")
DOTS_KEY = Bilingual(
    "Filled: a difference, among the {n} comparisons made. Hollow: one cannot tell at this size.",
    "Plein : un écart, parmi les {n} comparaisons effectuées. Vide : effectif trop petit pour conclure.",
)
INTERVAL_KEY = Bilingual(
    "Line: 95% interval of each difference taken by itself.",
    "Trait : intervalle à 95 % de chaque écart pris isolément.",
)
DIFFERENCE_AXIS = Bilingual(
    "Difference from the rest of the public service, in percentage points",
    "Écart avec le reste de la fonction publique, en points de pourcentage",
)
BY = Bilingual(" by ", " selon ")
COLON = Bilingual(":", " :")
SAME_NUMBERS = Bilingual(
    "The text version holds the same numbers.", "La version textuelle contient les mêmes chiffres."
)

UNIVERSES = {
    "questionnaire": Bilingual("Talent management questionnaire", "Questionnaire de gestion des talents"),
    "pay_system": Bilingual("Pay-system headcount", "Effectif selon le système de paie"),
    "employment_equity": Bilingual("Employment-equity data", "Données sur l’équité en matière d’emploi"),
}
CYCLE = Bilingual("cycle", "cycle")
CYCLES = Bilingual("cycles", "cycles")
AS_OF = Bilingual("as of", "au")
SUBSET = Bilingual("those counted", "personnes comptées")
COUNTED_CODES = Bilingual("{n} categories", "{n} catégories")
