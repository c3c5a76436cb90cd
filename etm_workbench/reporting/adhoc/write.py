"""A new definition as the text of its file, laid out for people who will edit it by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable

from etm_workbench.reporting.adhoc.definition import AdhocFile
from etm_workbench.reporting.definitions import Both

_HEAD = """\
# An ad hoc question. `etm adhoc check` says what is wrong with it, and needs no data.
# How to change it: docs/how-to/ask-your-own-question.md
"""


def definition_text(asked: AdhocFile) -> str:
    """The TOML of a definition; reading it back gives the same definition.

    Parameters
    ----------
    asked : AdhocFile
        Without findings: those are written by hand, once the answer is known.
    """
    lines = [_HEAD, f"owner = {_quoted(asked.owner)}", f"audience = {_quoted(asked.audience)}"]
    lines += [f"cycles = {_list(asked.cycles)}"]
    lines += [f"{name} = {_quoted(value)}" for name in ("organization", "cluster") if (value := getattr(asked, name))]
    lines += [f"rows = {_list(asked.rows)}", f"columns = {_list(asked.columns)}", f"measure = {_quoted(asked.measure)}"]
    lines += [f"share_of = {_quoted(asked.share_of)}"] if asked.share_of else []
    lines += [f"comparator = {_quoted(asked.comparator)}", f"charts = {_list(asked.charts)}"]
    for name, both in (("question", asked.question), ("purpose", asked.purpose), ("caution", asked.caution)):
        lines += ["", *_both(name, both)] if both else []
    if asked.population:
        lines += ["", "[population]"]
        lines += [f"{variable} = {_list(codes)}" for variable, codes in asked.population.items()]
    return "\n".join(lines) + "\n"


def _both(name: str, both: Both) -> list[str]:
    return [f"[{name}]", f"en = {_quoted(both.en)}", f"fr = {_quoted(both.fr)}"]


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
