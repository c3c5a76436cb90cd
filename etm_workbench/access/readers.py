"""Who somebody is: their lines of the store's access list, or the default of their own machine."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass

from etm_workbench.access.policy import load_access_policy
from etm_workbench.errors import NotAllowed
from etm_workbench.store import AccessEntry, Store


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody and what the access list gives them. `by_default`: there is no list, and this is their own store."""

    identity: str
    entries: tuple[AccessEntry, ...]
    by_default: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles held anywhere, each once."""
        return tuple(dict.fromkeys(entry.role for entry in self.entries))

    @property
    def organizations(self) -> tuple[str, ...]:
        """Identifiers of the organizations a role is held in, each once; `*` for every one."""
        return tuple(dict.fromkeys(entry.organization for entry in self.entries))


def whoami(store: Store, identity: str = "") -> Reader:
    """Somebody's roles and organizations.

    Parameters
    ----------
    store : Store
        Where the access list is.
    identity : str
        As the server knows it. Empty on one's own machine: the system's user name then stands.

    Returns
    -------
    Reader
        Without entries when the access list does not name them, or a server's store has none.

    Raises
    ------
    NotAllowed
        The store was opened for another reader.
    """
    known = identity.strip() or store.identity or (_system_user() if store.is_embedded else "")
    if store.identity is not None and known != store.identity:
        raise NotAllowed(
            "A reader's connection to the store was used for another reader.",
            expected="The reader whom the connection was opened for.",
            remedy="Open the store for that reader.",
        )
    entries = store.access_of(known)
    if entries is None and store.is_embedded:
        role = load_access_policy().embedded.role
        present = dict.fromkeys(version.organization for version in store.versions())
        return Reader(known, tuple(AccessEntry(known, role, organization) for organization in present), by_default=True)
    return Reader(known, entries or ())


def require_own(store: Store, *, reader: str, organizations: Sequence[str] | None) -> Reader:
    """The reader, if they may see everybody of these organizations; what the audience `own_organization` needs.

    Raises
    ------
    NotAllowed
        An organization is not theirs, or all were asked for (None) and they have not all.
    """
    who, policy = whoami(store, reader), load_access_policy()
    own = {
        entry.organization
        for entry in who.entries
        if entry.role in policy.roles
        for rule in policy.roles[entry.role].names
        if (rule.organizations, rule.people, rule.levels) == ("own", "everyone", ())
    }
    wanted = set(organizations) if organizations is not None else {v.organization for v in store.versions()}
    if foreign := len(wanted - own):
        raise NotAllowed(
            f"{foreign} of the {len(wanted)} organizations asked for are not those of '{who.identity}'.",
            expected="Unprotected numbers are for an organization's own delegate and deputy head.",
            remedy="Ask for your own organization, or for another audience.",
        )
    return who


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no entry for this user, as in some containers
        return "unknown user"
