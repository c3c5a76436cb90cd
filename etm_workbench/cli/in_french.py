"""What a command says when it stops, in French beside the English.

The code says each message once, in English, where it stops. `messages.toml` holds the same with its French, so
that whoever reads a message finds both languages, and whoever writes code finds one. A message whose French is
not known is told in English only, rather than in half of each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from etm_workbench.presentation.locale import typography

FILE = Path(__file__).with_name("messages.toml")
_SLOT = re.compile(r"\{(\w+)\}")
_WORDS = ("message", "offer", "why")  # slots that hold other messages
_ENDS = re.compile(r"(?<=[.?)]) ")  # where one sentence of a message may end


def french(message: str) -> str | None:
    """The message in French; None when a part of it is not in the file.

    Parameters
    ----------
    message : str
        One sentence or several, as the code says them in English.

    Examples
    --------
    >>> french("There is no organization 'XYZ'. Check the path.")
    'Il n’y a pas d’organisation «\\xa0XYZ\\xa0». Vérifiez le chemin.'
    >>> french("Nobody ever wrote this.")
    """
    found = _translated(message)
    return None if found is None else typography(found, "fr")


def _translated(message: str) -> str | None:
    """The shortest beginning that is known, and the rest, so that no slot takes more than its sentence."""
    for end in _ends(message):
        first = _sentence(message[:end])
        rest = "" if end == len(message) else _translated(message[end:].lstrip())
        if first is not None and rest is not None:
            return f"{first} {rest}".strip()
    return None


def _ends(message: str) -> Iterator[int]:
    yield from (found.start() for found in _ENDS.finditer(message))
    yield len(message)


def _sentence(text: str) -> str | None:
    for pattern, said in _patterns():
        if found := pattern.fullmatch(text):
            slots = {name: _slot(name, value) for name, value in found.groupdict().items()}
            if None not in slots.values():
                return said.format_map(slots)
    return None


def _slot(name: str, value: str) -> str | None:
    """What a slot holds: words in French or not at all, names with French quotation marks."""
    said = _translated(value)
    return said if said or name in _WORDS else re.sub(r"'([^']*)'", r"« \1 »", value)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every message of the file as a pattern with its French, those that say most by themselves first."""
    held = tomllib.loads(FILE.read_text(encoding="utf-8"))
    entries = sorted([*held["message"], *held["foreign"]], key=lambda entry: -len(_SLOT.sub("", entry["en"])))
    return tuple((_pattern(entry["en"]), entry["fr"]) for entry in entries)


def _pattern(english: str) -> re.Pattern[str]:
    pieces = _SLOT.split(english)
    fixed, slots = pieces[::2], pieces[1::2]
    parts = [
        re.escape(text) + (f"(?P<{slot}>.*?)" if slot else "") for text, slot in zip(fixed, [*slots, ""], strict=True)
    ]
    return re.compile("".join(parts))
