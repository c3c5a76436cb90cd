"""What a session tells the holder of the records, and no reader: whole reasons, and what other rules would do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from etm_workbench.bundle import Bundle
from etm_workbench.errors import BadInput
from etm_workbench.protected import Explanation
from etm_workbench.protection.dial import Setting, dial, settings_of
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.protection.why import whole_reason
from etm_workbench.sensitive import SensitiveTable, Sensitivity


class HoldsReasons(ABC):
    """The part of a session that answers its own analyst, from the people behind the tables."""

    policy: Policy
    _latest: tuple[Mapping[str, SensitiveTable], Bundle] | None = None

    def why(self, name: str, **codes: str) -> Explanation | None:
        """The whole reason why a cell of the latest release is withheld; None when it is shown.

        Readers of the release get `release[name].why(...)`, which tells no more than they may know.

        Parameters
        ----------
        name : str
            The table in the release.
        **codes
            The cell: variable to code; a dimension not named means its total.

        Raises
        ------
        BadInput
            Nothing was protected yet, or the release has no such table, dimension or code.
        """
        if self._latest is None:
            raise BadInput("Nothing was protected in this session yet.", remedy="Call wb.protect first.")
        tables, made = self._latest
        return whole_reason(tables, made, self.policy, name, **codes)

    def dial(
        self, tables: Mapping[str, SensitiveTable], *, of: Sensitivity, thresholds: Iterable[int]
    ) -> tuple[Setting, ...]:
        """What other thresholds would hide or show of planned tables; nothing is released or recorded.

        Parameters
        ----------
        tables : mapping of str to SensitiveTable
            Planned to leave together.
        of : {"establishment", "attribute", "judgement"}
            The class whose threshold is turned.
        thresholds : iterable of int
            Smallest cells that would be shown.

        Returns
        -------
        tuple of Setting
            The policy as it stands first, then one a threshold: each equals a release under that policy.
        """
        return dial(tables, settings_of(self.policy, of, thresholds), scope=self._scope_of(tables))

    @abstractmethod
    def _scope_of(self, tables: Mapping[str, SensitiveTable]) -> ReleaseScope:
        """Whose records the tables are made of."""
