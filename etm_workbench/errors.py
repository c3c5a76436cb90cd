"""The errors a person can act on.

::

    WorkbenchError          10
    ├── BadQuestionnaire    11   the file's sender
    ├── BadDefinition       12   the report's author
    ├── BadCodebook         13   the codebook's keeper
    ├── BadInput            14   the caller (also a ValueError)
    ├── NotAllowed          15   the access list
    ├── BadEnvironment      16   the machine: a folder, a server, a missing program
    ├── CannotProtect       17   the release: nothing safe can be shown as asked
    └── UnprotectedOutput   20   ourselves; must never happen

A branch says who can mend it; its number is the exit code of `etm`.
A message has three parts: what is wrong and where; what was expected; what to do.
No message ever holds a person's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class WorkbenchError(Exception):
    """What every error of the workbench is; shown on the command line without a traceback.

    Parameters
    ----------
    what : str
        What is wrong, and where. One sentence.
    expected : str
        What was expected. One sentence, or empty.
    remedy : str
        What to do. One sentence, or empty.
    """

    exit_code: ClassVar[int] = 10

    def __init__(self, what: str, *, expected: str = "", remedy: str = "") -> None:
        super().__init__(" ".join(part for part in (what, expected, remedy) if part))
        self.what, self.expected, self.remedy = what, expected, remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole (a report may fail in a child process)."""
        return (_rebuild, (type(self), self.what, self.expected, self.remedy))


class BadQuestionnaire(WorkbenchError):
    """A questionnaire file or account register cannot be taken in; its sender can mend it."""

    exit_code = 11


class BadDefinition(WorkbenchError):
    """A report or its parameters are wrong; the report's author can mend it."""

    exit_code = 12


class BadCodebook(WorkbenchError):
    """A codebook, policy or reference file is wrong; its named owner can mend it."""

    exit_code = 13


class BadInput(WorkbenchError, ValueError):
    """A function was called with arguments it cannot take."""

    exit_code = 14


class NotAllowed(WorkbenchError):
    """The access list does not let this person see this."""

    exit_code = 15


class BadEnvironment(WorkbenchError):
    """The machine lacks something: a folder, a server, a program."""

    exit_code = 16


class CannotProtect(WorkbenchError):
    """No safe form of the requested release exists; the message says which tables and what to ask instead."""

    exit_code = 17


class UnprotectedOutput(WorkbenchError):
    """A number tried to leave without protection. Always a fault of ours."""

    exit_code = 20


def nearest(name: str, names: Iterable[str]) -> str:
    """A sentence that offers the closest valid name, or lists a few when none is close.

    Examples
    --------
    >>> nearest("departement", ["department", "level"])
    "Did you mean 'department'?"
    >>> nearest("x", ["level", "placement"])
    'Known names: level, placement.'
    """
    names = tuple(names)
    close = closest(name, names)
    return f"Did you mean '{close}'?" if close else f"Known names: {a_few(names)}."


def closest(name: str, names: Iterable[str]) -> str | None:
    """The closest valid name; None when none is close."""
    found = get_close_matches(name, sorted(set(names)), n=1, cutoff=0.6)
    return found[0] if found else None


def a_few(names: Iterable[str]) -> str:
    """The first twelve of some names in their order, parted by commas."""
    known = sorted(set(names))
    return f"{', '.join(known[:12])}{', …' if len(known) > 12 else ''}"


def _rebuild(kind: type[WorkbenchError], what: str, expected: str, remedy: str) -> WorkbenchError:
    return kind(what, expected=expected, remedy=remedy)
