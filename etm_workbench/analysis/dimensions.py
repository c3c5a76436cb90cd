"""The dimensions that variables of the codebook make: their codes as they hold in the cycle."""

from __future__ import annotations

from etm_workbench.cadre import Cadre
from etm_workbench.codebook import Codebook
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import Dimension


def codes_of(codebook: Codebook, variable: str) -> tuple[str, ...]:
    """The answers to a variable in display order, as they stand in tables."""
    return ("true", "false") if codebook.variable(variable).type == "boolean" else tuple(codebook.codes(variable))


def dimension_of(cadre: Cadre, variable: str) -> Dimension:
    """The dimension of a codebook variable: its codes in display order, as they hold in the cycle."""
    codebook = cadre.codebook
    if variable == "organization":
        present = set(cadre.records["organization"])
        return Dimension.flat("organization", [o for o in codebook.organizations if o in present])
    if variable == "cluster":
        return _cluster_tree(cadre)
    if variable == "cycle":
        return Dimension.flat("cycle", cadre.scope.cycles, margin=False)
    entry = codebook.variable(variable)
    if entry.sensitivity == "identifier":
        raise BadInput(
            f"Variable '{variable}' identifies people and cannot be tabulated.",
            expected="Names go by the roster route only.",
            remedy="Choose another variable.",
        )
    codes = codes_of(codebook, variable)
    # A constructed answer may rightly be missing, for everybody or nobody: the table keeps its shape either way.
    whole = entry.section == "register" or (entry.section, entry.sensitivity) == ("constructed", "establishment")
    if whole and cadre.records[variable].notna().all():
        return Dimension.flat(variable, codes, sensitivity=entry.sensitivity)
    build = Dimension.several if entry.type == "codes" else Dimension.answered
    return build(variable, codes, sensitivity=entry.sensitivity)


def _cluster_tree(cadre: Cadre) -> Dimension:
    groups: dict[str, list[str]] = {}
    present = set(cadre.records["organization"])
    for organization in cadre.codebook.organizations.values():
        if organization.identifier in present:
            groups.setdefault(organization.cluster, []).append(organization.identifier)
    ordered = {cluster: groups[cluster] for cluster in cadre.codebook.clusters if cluster in groups}
    return Dimension.tree("organization", ordered)
