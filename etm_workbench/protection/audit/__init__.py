"""The intruder: what can be worked out of published tables. Shares no code with what hides their cells."""

from etm_workbench.protection.audit.attack import attack
from etm_workbench.protection.audit.published import Contradiction, Intervals, Published
from etm_workbench.protection.audit.release import Breach, Check, Met, attack_as_members, check_release

__all__ = [
    "Breach",
    "Check",
    "Contradiction",
    "Intervals",
    "Met",
    "Published",
    "attack",
    "attack_as_members",
    "check_release",
]
