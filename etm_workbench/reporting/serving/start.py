"""Starting the server: its log, its store looked at first, its words for whoever started it."""

from __future__ import annotations

from collections.abc import Callable

from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting.serving.journal import start_journal
from etm_workbench.reporting.serving.place import Place
from etm_workbench.store import Store

# Nobody's name: the connection it opens can read no organization's rows.
NOBODY = "etm serve: looking whether the store is there"


def serve(place: Place, *, say: Callable[[str], None]) -> None:
    """Serves the dashboards until told to stop.

    Parameters
    ----------
    place : Place
        Where, and who says who somebody is.
    say : callable
        Gets the words for whoever started it.

    Raises
    ------
    BadEnvironment
        The port is taken, or the store is none that a server may show to several people.
    """
    start_journal()
    look_at_store(place)
    say("Loading the dashboards.")
    # Imported late: what follows takes longer than all the rest, and the words above should be there first.
    from etm_workbench.reporting.serving.server import DashboardServer

    DashboardServer.at(place, say=say).start()


def look_at_store(place: Place) -> None:
    """Refuses a store that would show a server's visitors more than the access list gives them.

    Raises
    ------
    BadEnvironment
        It has no access list, or its database user is one whom row-level security does not bind.
    """
    is_file = place.store.startswith("sqlite")
    held = place.identity != "laptop" and not is_file
    with Store.open(place.store, identity=NOBODY if held else None) as store:
        if place.identity != "laptop" and is_file and store.access_of(NOBODY) is None:
            raise BadEnvironment(
                "This store has no access list, so everybody would be taken for its owner.",
                expected="A store with an access list, when others than its owner look at it.",
                remedy="Put people on the access list, or serve it to yourself with 'etm serve'.",
            )
