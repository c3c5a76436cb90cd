"""Who may see names: the one way to a roster, the reader's roles, and the policy behind them."""

from etm_workbench.access.policy import AccessPolicy, NamesRule, Role, load_access_policy
from etm_workbench.access.readers import Reader, require_own, whoami
from etm_workbench.access.roster_route import open_roster
from etm_workbench.access.submitted import Submitted, require_submitted, sees_service

__all__ = [
    "AccessPolicy",
    "NamesRule",
    "Reader",
    "Role",
    "Submitted",
    "load_access_policy",
    "open_roster",
    "require_own",
    "require_submitted",
    "sees_service",
    "whoami",
]
