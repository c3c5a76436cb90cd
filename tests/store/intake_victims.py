"""Forks a process for each line it reads, which takes a file in and says each statement it sends.

Run by `test_kill.py`, which kills these processes. One line in: the store's address, the organization,
the number of people. Out: the victim's process id, a dot a statement (the commit too), F when it
finished, and the end of the line once it is gone.
"""

import json
import os
import sys
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Engine, event

from etm_workbench.store import CheckedFile, Store


def say(mark: str) -> None:
    os.write(1, mark.encode())


def file_of(organization: str, people: int) -> CheckedFile:
    ids = [f"{organization}-{number}" for number in range(people)]
    return CheckedFile(
        kind="accounts",
        cycle="2025-26",
        organization=organization,
        source_name="accounts.xlsx",
        sha256="0" * 64,
        mapping_hash="0" * 64,
        records=pd.DataFrame({"person_id": ids, "level": ["EX-01"] * people}),
        people=pd.DataFrame({"person_id": ids, "given_name": ["Zoé"] * people}),
        overrides=(("sle", ids[0], "decided"), ("sle", ids[1], "decided")),
    )


def take_in(url: str, organization: str, people: int) -> None:
    with Store.open(url, key=bytes(32)) as store:
        event.listen(Engine, "before_cursor_execute", lambda *_: say("."))
        event.listen(Engine, "commit", lambda *_: say("."))
        store.take_in(file_of(organization, people), received_on=datetime(2026, 3, 1, tzinfo=UTC))
        say("F")


def fork_victims() -> None:
    for line in sys.stdin:
        victim = os.fork()
        if not victim:
            say(f"{os.getpid()} ")
            take_in(*json.loads(line))
            os._exit(0)
        os.waitpid(victim, 0)
        say("\n")


if __name__ == "__main__":
    fork_victims()
