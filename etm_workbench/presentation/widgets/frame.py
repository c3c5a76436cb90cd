"""The words around a board that Python says itself; the module's own stand in `assets/words.toml`."""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual

PREPARING = Bilingual("Preparing the dashboard…", "Préparation du tableau de bord…")
NEEDS_SCRIPTS = Bilingual(
    "This dashboard needs JavaScript. The reports hold the same numbers without it.",
    "Ce tableau de bord a besoin de JavaScript. Les rapports contiennent les mêmes chiffres sans lui.",
)
QUESTION_FAILED = Bilingual(
    "This could not be answered. Nothing was changed; try again, and tell your administrator if it happens again.",
    "Il n’a pas été possible de répondre. Rien n’a été modifié; réessayez, et avisez votre administrateur si cela se "
    "reproduit.",
)
