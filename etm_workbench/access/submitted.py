"""Whose records reach OCHRO, and who may count them: of every organization, the levels that must be submitted.

An organization's delegate and deputy head see everybody of their own; OCHRO sees, of every organization,
those whose questionnaires are submitted to it. Which levels these are stands in the access policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from etm_workbench.access.policy import NamesRule, Role, load_access_policy
from etm_workbench.access.readers import Reader, whoami
from etm_workbench.errors import NotAllowed
from etm_workbench.store import Store


@dataclass(frozen=True, slots=True)
class Submitted:
    """Whose records may be counted: everybody of `levels` (empty for all); others who `volunteered`, if so."""

    levels: tuple[str, ...]
    volunteered: bool


def sees_service(who: Reader) -> bool:
    """Whether somebody sees the whole service: by a role that reaches everywhere, or on a store of their own."""
    return who.by_default or bool(_reaching(who))


def require_submitted(store: Store, *, reader: str) -> Submitted:
    """Whose records of any organization a reader may count.

    Raises
    ------
    NotAllowed
        No role of theirs reaches every organization.
    """
    who = whoami(store, reader)
    held = _reaching(who)
    if not held:
        raise NotAllowed(
            f"'{who.identity}' holds no role that reaches every organization.",
            expected="A role to which organizations submit their questionnaires.",
            remedy="Ask for your own organization.",
        )
    everyone = any(not rule.levels for _, rule in held)
    levels = () if everyone else tuple(sorted({level for _, rule in held for level in rule.levels}))
    return Submitted(levels, any(role.volunteered for role, _ in held))


def _reaching(who: Reader) -> list[tuple[Role, NamesRule]]:
    roles = load_access_policy().roles
    held = [roles[name] for name in who.roles if name in roles]
    everywhere = ("every", "everyone")
    return [(role, rule) for role in held for rule in role.names if (rule.organizations, rule.people) == everywhere]
