"""The command line: `etm`. One file a command group; each is imported when it is called."""

from etm_workbench.cli.main import main

__all__ = ["main"]
