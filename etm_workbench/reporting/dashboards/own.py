"""A dashboard's session on the viewer's own organization, once the access list has allowed it."""

from __future__ import annotations

from etm_workbench.access import require_own
from etm_workbench.codebook import find_organization
from etm_workbench.errors import NotAllowed
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.session import Workbench

OWN = "own_organization"


def open_own(viewing: Viewing) -> Workbench:
    """A session on the wished organization for its own people's eyes.

    Parameters
    ----------
    viewing : Viewing
        Settled.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own.
    BadInput
        There is no such organization.
    """
    codebook = reporting_codebook(viewing.cycle)
    if viewing.organization is None:
        raise NotAllowed(
            "No organization was given, and the viewer has none of their own.",
            remedy="Name an organization in the address.",
        )
    organization = find_organization(dict(codebook.organizations), viewing.organization).identifier
    store = viewing.open_store()
    try:
        require_own(store, reader=viewing.viewer, organizations=[organization])
    except BaseException:
        store.close()
        raise
    return Workbench(
        store,
        codebook=codebook,
        policy=load_policy(OWN),
        organizations=(organization,),
        language=viewing.language,
        viewer=viewing.viewer,
    )
