"""The formats a document is rendered in, by the ending of the file. Each renderer is imported when asked for."""

from __future__ import annotations

import importlib

from etm_workbench.codebook.bilingual import Language
from etm_workbench.errors import BadInput, nearest
from etm_workbench.presentation.document import Document

# Ending: module of this package, function (document, language) -> text or bytes.
_RENDERERS = {
    "html": ("html", "render_html"),
    "pdf": ("pdf", "render_pdf"),
    "docx": ("word", "render_word"),
    "pptx": ("slides", "render_slides"),
    "xlsx": ("workbook", "render_workbook"),
}
FORMATS = tuple(_RENDERERS)


def render(document: Document, language: Language, ending: str) -> bytes:
    """The bytes of a file of this format.

    Parameters
    ----------
    document : Document
        Of a run.
    language : {"en", "fr"}
        Which of its two languages.
    ending : {"html", "pdf", "docx", "pptx", "xlsx"}
        The format.

    Raises
    ------
    BadInput
        No such format.
    """
    if ending not in _RENDERERS:
        raise BadInput(f"There is no format '{ending}'.", remedy=nearest(ending, FORMATS))
    module, function = _RENDERERS[ending]
    made = getattr(importlib.import_module(f"etm_workbench.presentation.{module}"), function)(document, language)
    return made.encode() if isinstance(made, str) else bytes(made)
