"""Who looks at which dashboard of whom: what is known of the viewer, and what they wish to see.

The viewer is whoever the server says it is. Organization, cycle and language are wishes, which the
access list checks before anything is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from etm_workbench import settings
from etm_workbench.access import sees_service, whoami
from etm_workbench.codebook import LANGUAGES, Language, load_codebook
from etm_workbench.errors import BadInput, NotAllowed, nearest
from etm_workbench.store import EVERY_ORGANIZATION, Store

VIEWER = "ETM_VIEWER"  # set by the server for the kernel of one visit
SHOWN = "ETM_BOARD_SHOWN"  # set there too: the page has the board already, and the kernel answers its questions
SERVICE = "service"  # the wish for no organization but all of them


@dataclass(frozen=True)
class Viewing:
    """One viewer, and what they wish to see.

    Parameters
    ----------
    viewer : str
        Identity as the server established it; empty on one's own machine.
    organization, cycle : str, optional
        Wishes; the viewer's own organization and the latest cycle held when not given. `SERVICE` wishes for the
        whole service, and so do those who see it and have no organization of their own; settled, it is None.
    language : {"en", "fr"}
        In which it opens.
    store : str, optional
        URL; `ETM_STORE`, then the user's own store, when not given.
    """

    viewer: str = ""
    organization: str | None = None
    cycle: str | None = None
    language: Language = "en"
    store: str | None = None

    @classmethod
    def from_environment(cls) -> Viewing:
        """As the server set it up for this kernel: the viewer from `ETM_VIEWER`, wishes from the query string.

        Raises
        ------
        BadInput
            The query string asks for a language there is not.
        """
        asked = {name: values[-1] for name, values in parse_qs(os.environ.get("QUERY_STRING", "")).items()}
        return cls.wished(os.environ.get(VIEWER, ""), asked)

    @classmethod
    def wished(cls, viewer: str, asked: dict[str, str], *, store: str | None = None) -> Viewing:
        """What a viewer wishes, from an address's query: `organization`, `cycle` and `lang`; others are ignored."""
        language = asked.get("lang", "en")
        if language not in LANGUAGES:
            raise BadInput(f"There is no language '{language}'.", remedy=nearest(language, LANGUAGES))
        return cls(
            viewer,
            organization=asked.get("organization") or None,
            cycle=asked.get("cycle") or None,
            language=language,
            store=store,
        )

    def open_store(self) -> Store:
        """The store as this viewer may read it: on a server the database itself holds them to their rows."""
        url = settings.store_url(self.store)
        held = bool(self.viewer) and not url.startswith("sqlite")
        return Store.open(url, identity=self.viewer if held else None)

    def settled(self) -> Viewing:
        """The same with every wish filled in.

        Raises
        ------
        NotAllowed
            The access list gives the viewer no organization.
        BadInput
            The store holds no files, or none of the wished cycle.
        """
        with self.open_store() as store:
            who = whoami(store, self.viewer)
            versions = store.versions()
        held = sorted({version.cycle for version in versions})
        if not held:
            raise BadInput("The store holds no files.", remedy="Take files in first: etm intake.")
        if self.cycle and self.cycle not in held:
            raise BadInput(f"The store holds no files of cycle '{self.cycle}'.", remedy=nearest(self.cycle, held))
        cycle = self.cycle or held[-1]
        own = [o for o in who.organizations if o != EVERY_ORGANIZATION]
        if not who.entries:
            raise NotAllowed(
                f"The access list does not name '{who.identity}'.",
                expected="A line for each person who may open a dashboard.",
                remedy="Ask the keeper of the access list.",
            )
        present = {version.organization for version in versions if version.cycle == cycle}
        first = next((o for o in own if o in present), own[0] if own else None)
        if self.organization == SERVICE and not sees_service(who):
            raise NotAllowed(
                f"'{who.identity}' does not see the whole service.",
                expected="An organization of their own.",
                remedy="Leave the organization out of the address.",
            )
        organization = None if self.organization == SERVICE else self.organization or first
        return replace(self, cycle=cycle, organization=organization)

    @cached_property
    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Organizations and cycles that the viewer may choose among; the first ordered as the codebook does."""
        with self.open_store() as store:
            who = whoami(store, self.viewer)
            versions = store.versions()
        present = {version.organization for version in versions}
        allowed = present if EVERY_ORGANIZATION in who.organizations else present & set(who.organizations)
        known = load_codebook().organizations
        ordered = tuple(o for o in known if o in allowed) + tuple(sorted(o for o in allowed if o not in known))
        return ordered, tuple(sorted({version.cycle for version in versions}))

    @cached_property
    def is_of_service(self) -> bool:
        """Whether the viewer may choose the whole service."""
        with self.open_store() as store:
            return sees_service(whoami(store, self.viewer))


# What a dashboard answers: the kind of question to who asks and what they ask.
Answers = Mapping[str, Callable[[Viewing, Mapping[str, Any]], dict[str, Any]]]
