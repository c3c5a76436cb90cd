"""The rules that answers are held to, one file a subject."""

from etm_workbench.intake.rules.context import Context, Register
from etm_workbench.intake.rules.run import run_rules

__all__ = ["Context", "Register", "run_rules"]
