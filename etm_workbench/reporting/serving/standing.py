"""What decides what a dashboard shows to somebody: their lines of the access list, and the data as they are now.

A person's name is no part of it. Whoever holds the same lines sees the same, so a page that was made for
one may be given to the other; a line more or less, another person's key in it, or a new file is another standing.
"""

from __future__ import annotations

from dataclasses import dataclass

from etm_workbench import settings
from etm_workbench.access import load_access_policy, whoami
from etm_workbench.access.readers import Reader
from etm_workbench.errors import NotAllowed
from etm_workbench.reporting import dashboards
from etm_workbench.reporting.dashboards import Viewing
from etm_workbench.reporting.dashboards.viewing import SERVICE
from etm_workbench.store import EVERY_ORGANIZATION

Line = tuple[str, str, str | None]  # role, organization, the reader's own pseudonym


@dataclass(frozen=True, slots=True)
class Standing:
    """One reader's rights, and the state of all that pages are made of.

    `lines`: of the access list, in its order, without the name. `by_default`: there is no list, and the store is
    their own. `files`: versions that the reader's connection shows. `beside`: what was imported or released beside
    the store, each with its moment. `open`: names of the dashboards that these rights open.
    """

    lines: tuple[Line, ...]
    by_default: bool
    files: tuple[tuple[object, ...], ...]
    beside: tuple[tuple[str, int], ...]
    open: tuple[str, ...]

    @classmethod
    def of(cls, viewing: Viewing) -> Standing:
        """As it stands now, read anew."""
        with viewing.open_store() as store:
            who = whoami(store, viewing.viewer)
            files = tuple((v.kind, v.cycle, v.organization, v.number, v.superseded) for v in store.versions())
        folder = settings.user_folder()
        beside = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*/*.json")))
        lines = tuple((entry.role, entry.organization, entry.person_key) for entry in who.entries)
        return cls(lines, who.by_default, files, beside, open_to(who))

    def check(self, name: str, viewing: Viewing) -> None:
        """Refuses what these rights do not open.

        Raises
        ------
        NotAllowed
            The dashboard, or the organization.
        """
        held = {organization for _, organization, _ in self.lines}
        # Whether the whole service is theirs to see, the dashboard asks itself.
        theirs = viewing.organization in (None, SERVICE, *held) or EVERY_ORGANIZATION in held
        if name not in self.open or not theirs:
            raise NotAllowed("A dashboard was asked for that the access list does not open to this viewer.")


def open_to(who: Reader) -> tuple[str, ...]:
    """Dashboards of an organization for those who see everybody in it; those on the service for OCHRO."""
    policy = load_access_policy()
    rules = [rule for role in who.roles if role in policy.roles for rule in policy.roles[role].names]
    own = any((r.organizations, r.people, r.levels) == ("own", "everyone", ()) for r in rules)
    service = any(rule.organizations == "every" for rule in rules)
    open_by = {"service": service, "builder": own or service, "talent_map": own or service}
    return tuple(name for name in dashboards.NAMES if open_by.get(name, own))
