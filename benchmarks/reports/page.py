"""The benchmark's stand-in for rendering from a document: a page from the outputs, without nbconvert."""

from __future__ import annotations

from html import escape
from typing import Any

PAGE = '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'


def write(finished: Any) -> None:
    """Write the page of an executed notebook: headings, tables, static charts, text."""
    parts = []
    for cell in finished.notebook.cells:
        if cell.cell_type == "markdown":
            text = cell.source.lstrip("# ")
            parts.append(f"<h2>{escape(text)}</h2>" if cell.source.startswith("#") else f"<p>{escape(text)}</p>")
        else:
            parts += [_shown(output) for output in cell.outputs]
    page = PAGE.format(language=finished.parameters["language"], title="Report", body="\n".join(parts))
    (staged,) = finished.staged.values()
    staged.write_text(page, encoding="utf-8")


def _shown(output: Any) -> str:
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>"
    data = output.get("data", {})
    if svg := data.get("image/svg+xml"):
        return f"<figure>{svg}</figure>"
    return data.get("text/html") or f"<pre>{escape(data.get('text/plain', ''))}</pre>"
