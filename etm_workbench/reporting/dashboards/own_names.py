"""Names for a dashboard: of the viewer's own organization, by the roster route, one logged list at a time."""

from __future__ import annotations

from collections.abc import Sequence

from etm_workbench.access import open_roster
from etm_workbench.codebook import Codebook, find_organization
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.roster import Roster

LONGEST_PURPOSE = 200  # characters


def open_names(viewing: Viewing, codebook: Codebook, *, purpose: str, columns: Sequence[str]) -> Roster:
    """The people of the wished organization.

    Parameters
    ----------
    viewing : Viewing
        Settled; the organization must be the viewer's own.
    codebook : Codebook
        Of the cycle.
    purpose : str
        In words; goes to the access log.
    columns : sequence of str
        Beside the name.

    Raises
    ------
    NotAllowed
        The viewer's roles do not allow the list; the refusal is in the access log.
    BadInput
        No purpose, or no such organization.
    """
    organization = find_organization(dict(codebook.organizations), viewing.organization or "").identifier
    with viewing.open_store() as store:
        return open_roster(
            store,
            reader=viewing.viewer,
            purpose=purpose,
            cycles=[codebook.cycle],
            organizations=[organization],
            columns=columns,
        )
