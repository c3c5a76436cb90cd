"""The one way to a list of names: who asks is checked, the access log is written, and only then is it read.

What a role may see is `data/policies/access.toml`; who holds a role, and where, is the store's access
list. A request is allowed whole or refused whole, never quietly narrowed, except that roles which see
some people only (their own record, their direct reports) get these people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from etm_workbench.access.policy import AccessPolicy, NamesRule, load_access_policy
from etm_workbench.access.readers import Reader, whoami
from etm_workbench.codebook import Codebook, load_codebook
from etm_workbench.errors import BadInput, NotAllowed, nearest
from etm_workbench.roster import Grant, Roster
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry, Store

# Of the keys and the store's own columns, those that may stand in a list.
_PLAIN_COLUMNS = ("name", "cycle", "organization", "in_register", "has_questionnaire")


@dataclass(frozen=True, slots=True)
class _Request:
    cycles: tuple[str, ...]
    organizations: tuple[str, ...]
    columns: tuple[str, ...]
    levels: tuple[str, ...] | None


# A line of the access list with a rule of its role.
_Held = tuple[AccessEntry, NamesRule]
# What allows each organization's names.
_Plan = dict[str, list[_Held]]


def open_roster(
    store: Store,
    *,
    reader: str,
    purpose: str,
    cycles: Sequence[str],
    organizations: Sequence[str],
    columns: Sequence[str],
    levels: Sequence[str] | None = None,
    asked_on: datetime | None = None,
) -> Roster:
    """A list of names, once its reader is checked and the access log written.

    Parameters
    ----------
    store : Store
        Where the records and the access list are.
    reader : str
        Identity as the server or the system knows it; empty on one's own machine.
    purpose : str
        What the list is for, in words; goes to the access log and on every page.
    cycles, organizations : sequence of str
        In the order the rows come.
    columns : sequence of str
        Codebook variables, direct identifiers among them; `cycle`, `organization`. `name` comes first anyway.
    levels : sequence of str, optional
        Only people of these levels.
    asked_on : datetime, optional
        With time zone. The machine's clock when not given, so that no caller need be trusted with it.

    Returns
    -------
    Roster
        One row a person and cycle.

    Raises
    ------
    NotAllowed
        The reader's roles do not allow this list; the refusal is in the access log.
    BadInput
        No purpose, an unknown column or level, or a cycle without files.
    """
    moment = asked_on or datetime.now(UTC)
    who, policy = whoami(store, reader), load_access_policy()
    asked = _Request(tuple(cycles), tuple(organizations), _in_order(columns), tuple(levels) if levels else None)
    codebook = _check(asked, purpose)
    plan, refusal = _plan(who, asked, _held(store, who, policy), codebook)
    detail = {
        "roles": who.roles,
        "cycles": asked.cycles,
        "organizations": asked.organizations,
        "columns": asked.columns,
        "levels": asked.levels,
        "refusal": refusal.what if refusal else None,
    }
    outcome: Literal["allowed", "refused"] = "refused" if refusal else "allowed"
    entry = store.log_access(who.identity, outcome, purpose=purpose.strip(), detail=detail, on=moment)
    if refusal:
        raise refusal
    rows = _read(store, asked, plan)
    return Roster(("name", *asked.columns), rows, reader=who.identity, purpose=purpose.strip(), grant=Grant(entry))


def _check(asked: _Request, purpose: str) -> Codebook:
    if not purpose.strip():
        raise BadInput("A list of names was asked for without a purpose.", remedy="Say in words what it is for.")
    if not asked.cycles or not asked.organizations:
        raise BadInput("A list of names was asked of no cycle or no organization.", remedy="Name both.")
    codebook = load_codebook(max(asked.cycles))
    known = {*codebook.variables, *_PLAIN_COLUMNS}
    if unknown := [name for name in asked.columns if name not in known]:
        raise BadInput(f"There is no column '{unknown[0]}'.", remedy=nearest(unknown[0], known))
    levels = codebook.codes("level")
    if unknown := [level for level in asked.levels or () if level not in levels]:
        raise BadInput(f"There is no level '{unknown[0]}'.", remedy=nearest(unknown[0], levels))
    return codebook


def _plan(who: Reader, asked: _Request, held: Sequence[_Held], codebook: Codebook) -> tuple[_Plan, NotAllowed | None]:
    """For each organization what allows it, or why the request is refused."""
    if not held:
        return {}, NotAllowed(
            f"'{who.identity}' holds no role that sees names.",
            expected="A line of this store's access list.",
            remedy="Ask the keeper of the access list.",
        )
    reach = {o: [pair for pair in held if _reaches(*pair, o, codebook)] for o in asked.organizations}
    if outside := sum(not pairs for pairs in reach.values()):
        return {}, NotAllowed(
            f"{outside} of the {len(reach)} organizations asked for are beyond the roles of '{who.identity}'.",
            expected=f"Organizations that these roles see by name: {', '.join(who.roles)}.",
            remedy="Ask for these only, or ask the keeper of the access list.",
        )
    fitting = {o: [pair for pair in pairs if _fits(pair[1], asked, codebook)] for o, pairs in reach.items()}
    if refused := sum(not pairs for pairs in fitting.values()):
        return {}, _too_much(refused, who, [rule for pairs in reach.values() for _, rule in pairs])
    return fitting, None


def _held(store: Store, who: Reader, policy: AccessPolicy) -> list[_Held]:
    """The rules of the reader's roles, each with its line of the access list, as far as the store can serve them."""
    rules = [
        (entry, rule) for entry in who.entries if entry.role in policy.roles for rule in policy.roles[entry.role].names
    ]
    return [
        (entry, rule)
        for entry, rule in rules
        # Who sees some people only must be known to the store as a person.
        if (rule.people == "everyone" or entry.person_key is not None)
        # The database gives a reader's connection no rows of the rest of the cluster: OCHRO opens review lists.
        and (rule.organizations != "own_cluster" or store.identity is None)
    ]


def _reaches(entry: AccessEntry, rule: NamesRule, organization: str, codebook: Codebook) -> bool:
    if rule.organizations == "every" or entry.organization in (organization, EVERY_ORGANIZATION):
        return True
    own, other = (codebook.organizations.get(identifier) for identifier in (entry.organization, organization))
    if rule.organizations != "own_cluster" or own is None or other is None:
        return False
    return own.cluster == other.cluster != ""


def _fits(rule: NamesRule, asked: _Request, codebook: Codebook) -> bool:
    if rule.levels and not (asked.levels and set(asked.levels) <= set(rule.levels)):
        return False
    sections = {codebook.variables[name].section for name in asked.columns if name not in _PLAIN_COLUMNS}
    return sections <= set(rule.sections)


def _too_much(organizations: int, who: Reader, rules: Sequence[NamesRule]) -> NotAllowed:
    levels = sorted({level for rule in rules for level in rule.levels})
    sections = sorted({section for rule in rules for section in rule.sections})
    of_levels = f", and of levels {', '.join(levels)}" if levels else ""
    return NotAllowed(
        f"The roles of '{who.identity}' do not allow all that was asked for of {organizations} organizations.",
        expected=f"Answers of {', '.join(sections)} only{of_levels}.",
        remedy="Leave out the other columns, and name the levels.",
    )


def _read(store: Store, asked: _Request, plan: _Plan) -> tuple[Mapping[str, Any], ...]:
    """Rows by organization of those the plan lets see everyone, then of each other."""
    everyone = [o for o, held in plan.items() if any(rule.people == "everyone" for _, rule in held)]
    rows_of = partial(store.roster_rows, cycles=asked.cycles, columns=asked.columns, levels=asked.levels)
    rows = list(rows_of(organizations=everyone)) if everyone else []
    for organization in (o for o in plan if o not in everyone):
        people = _people(store, asked, organization, plan[organization])
        rows += rows_of(organizations=[organization], people=people)
    return tuple(rows)


def _people(store: Store, asked: _Request, organization: str, held: Sequence[_Held]) -> frozenset[str]:
    """Pseudonyms of the reader, of their direct reports, or both."""
    seen: set[str] = set()
    for entry, rule in held:
        if entry.person_key and rule.people == "self":
            seen.add(entry.person_key)
        elif entry.person_key:
            seen |= store.direct_reports(entry.person_key, cycles=asked.cycles, organizations=[organization])
    return frozenset(seen)


def _in_order(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in columns if name != "name"))
