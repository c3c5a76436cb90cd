"""A fictional service fitted to the published headcounts, for demonstrations and tests."""

from etm_workbench.synthetic.canaries import CANARIES, Canary
from etm_workbench.synthetic.files import write_files
from etm_workbench.synthetic.parameters import Parameter, Parameters, load_parameters
from etm_workbench.synthetic.service import FictionalService, make_service

__all__ = [
    "CANARIES",
    "Canary",
    "FictionalService",
    "Parameter",
    "Parameters",
    "load_parameters",
    "make_service",
    "write_files",
]
