"""What the server itself says, in both languages: its list, and refusals."""

from __future__ import annotations

from etm_workbench.codebook import Bilingual

TITLE = Bilingual("Executive talent workbench", "Atelier de gestion des talents des cadres supérieurs")
DASHBOARDS = Bilingual("Dashboards", "Tableaux de bord")
SIGNED_IN = Bilingual("You are signed in as", "Vous êtes en session sous le nom de")
NONE_OPEN = Bilingual(
    "The access list opens no dashboard to you. Ask the keeper of the access list.",
    "La liste d’accès ne vous ouvre aucun tableau de bord. Adressez-vous à la personne qui la tient.",
)
OTHER_LANGUAGE = Bilingual("Français", "English")
LIVE = Bilingual("live version", "version interactive")
BACK = Bilingual("All dashboards", "Tous les tableaux de bord")

MESSAGES: dict[int, Bilingual] = {
    400: Bilingual("This request cannot be read.", "Cette demande est illisible."),
    401: Bilingual(
        "You are not signed in. Open the address printed where the workbench was started; it is good for one use.",
        "Vous n’êtes pas en session. Ouvrez l’adresse affichée au démarrage de l’atelier; elle ne sert qu’une fois.",
    ),
    403: Bilingual("You may not open this.", "Vous n’avez pas accès à cette page."),
    404: Bilingual("There is no such page here.", "Cette page n’existe pas ici."),
    405: Bilingual("This cannot be done here.", "Cette opération n’est pas possible ici."),
    413: Bilingual("This request is too long.", "Cette demande est trop longue."),
    500: Bilingual(
        "Something went wrong on our side. It was noted; nothing of it was shown to anybody.",
        "Une erreur s’est produite de notre côté. Elle a été consignée; rien n’en a été montré à personne.",
    ),
    503: Bilingual(
        "As many dashboards are open as the server can hold. Come back in a few minutes; "
        "the pages without live computation still open.",
        "Le serveur compte autant de tableaux de bord ouverts qu’il peut en tenir. Revenez dans quelques minutes; "
        "les pages sans calcul interactif s’ouvrent toujours.",
    ),
}
TOO_MANY_OF_YOURS = Bilingual(
    "You have as many live dashboards open as one person may. Close one of the tabs and try again.",
    "Vous avez autant de tableaux de bord interactifs ouverts qu’il est permis à une personne. "
    "Fermez un onglet et réessayez.",
)


def message(status: int) -> Bilingual:
    """What is said for an HTTP status; that of the general fault for those without words of their own."""
    return MESSAGES.get(status, MESSAGES[500 if status >= 500 else 400])
