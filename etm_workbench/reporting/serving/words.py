"""What the server itself says, in both languages: refusals, waiting, a dashboard that has ended."""

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

PREPARING = Bilingual("The dashboard is being prepared.", "Le tableau de bord se prépare.")
STARTED = Bilingual("Opening the data.", "Ouverture des données.")
DRAWING = Bilingual("Drawing the page.", "Mise en page.")
ENDED = Bilingual(
    "This dashboard has ended: it was not used for a while, or its process stopped. Nothing you released is lost.",
    "Ce tableau de bord a pris fin : il est resté inutilisé un moment, ou son processus s’est arrêté. "
    "Rien de ce que vous avez diffusé n’est perdu.",
)
NOT_OPENED = Bilingual(
    "This dashboard could not be opened for you. The page without live computation may say more.",
    "Ce tableau de bord n’a pas pu s’ouvrir pour vous. La page sans calcul interactif en dira peut-être plus.",
)
RELOAD = Bilingual("Open it again", "L’ouvrir de nouveau")
NO_SCRIPTS = Bilingual(
    "The live dashboard needs JavaScript. The page without it is at this address:",
    "Le tableau de bord interactif exige JavaScript. La page qui s’en passe est à cette adresse :",
)

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
