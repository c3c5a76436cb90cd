"""The dashboards' server: who asks, what they may open, and nothing else."""

from etm_workbench.reporting.serving.place import Place, read_place
from etm_workbench.reporting.serving.start import serve

__all__ = ["Place", "read_place", "serve"]
