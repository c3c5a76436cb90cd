"""Organizations with the small ones counted together: categories merged before counting.

Merging is the gentlest protection there is: a table of the larger organizations and one row for the
rest hides next to nothing, where a row for each small one would hide most of itself and of others.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from etm_workbench.analysis.tabulate import count
from etm_workbench.cadre import Cadre
from etm_workbench.sensitive import Dimension, SensitiveTable

OTHERS = "OTHERS"


def count_by_organization(cadre: Cadre, name: str, variable: str, *, smallest: int) -> SensitiveTable:
    """People by organization and a variable, organizations below a size counted together.

    Parameters
    ----------
    cadre : Cadre
        One cycle of the whole service.
    name : str
        Name of the table.
    variable : str
        A codebook variable.
    smallest : int
        People that an organization needs for a row of its own, 1 or more.

    Returns
    -------
    SensitiveTable
        `organization` × `variable`. The code `OTHERS` is the organizations below `smallest`; it is there
        where at least one is.

    Raises
    ------
    BadInput
        The variable cannot be counted.
    """
    organizations = cadre.records["organization"]
    sizes = organizations.value_counts()
    large = {str(code) for code in sizes.index[sizes >= smallest]}
    merged = replace(
        cadre,
        records=cadre.records.assign(organization=np.where(organizations.isin(large), organizations, OTHERS)),
    )
    codes = [code for code in cadre.codebook.organizations if code in large]
    others = [OTHERS] if len(large) < len(sizes) else []
    return count(merged, name, Dimension.flat("organization", [*codes, *others]), variable)
