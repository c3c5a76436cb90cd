"""Warm notebook processes: many reports, or kernels, forked from one process that has done the waiting.

Knows nothing of what the notebooks are about.
"""

from etm_workbench.reporting.zygote.batch import run_batch
from etm_workbench.reporting.zygote.charts import chart_server, png, svg
from etm_workbench.reporting.zygote.jobs import Finished, Job, Outcome
from etm_workbench.reporting.zygote.launch import WarmUp
from etm_workbench.reporting.zygote.manifest import Manifest, resume

__all__ = ["Finished", "Job", "Manifest", "Outcome", "WarmUp", "chart_server", "png", "resume", "run_batch", "svg"]
