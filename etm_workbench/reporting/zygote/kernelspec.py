"""The kernelspec that makes every Jupyter tool use warm kernels, by its name."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

from etm_workbench.reporting.zygote.provisioner import LAUNCHER, NAME

DEFAULT_NAME = "etm-python"


def ensure_kernelspec(
    name: str = DEFAULT_NAME,
    *,
    display_name: str = "Python (warm)",
    preload: Sequence[str] = (),
    level: str = "",
    base: Path | None = None,
) -> Path:
    """The folder of an installed kernelspec, written if it is missing or different.

    It goes beside the interpreter (`share/jupyter/kernels`), or to the user's own folder where that cannot be
    written.

    Parameters
    ----------
    name : str
        What tools call it: `papermill -k NAME`, a notebook's `metadata.kernelspec.name`.
    display_name : str
        What people see in JupyterLab.
    preload : sequence of str
        Modules its zygote imports; `module:function` is called too, to load data that every kernel may read.
    level : str
        Kernels of different levels never come from the same zygote.
    base : Path, optional
        A Jupyter data folder to put it in instead.

    Raises
    ------
    OSError
        None of the folders can be written.
    """
    wanted = json.dumps(_spec(display_name, preload, level), indent=1)
    bases = [base] if base else [Path(sys.prefix) / "share/jupyter", Path(jupyter_data_dir())]
    folders = [one / "kernels" / name for one in bases]
    for folder in folders:
        try:
            _write(folder / "kernel.json", wanted)
        except OSError:
            if folder == folders[-1]:
                raise
        else:
            break
    return folder


def _spec(display_name: str, preload: Sequence[str], level: str) -> dict[str, Any]:
    return {
        "argv": ["python", "-m", LAUNCHER, "-f", "{connection_file}"],
        "display_name": display_name,
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {
            "debugger": True,
            "kernel_provisioner": {
                "provisioner_name": NAME,
                "config": {"preload": list(preload), "level": level},
            },
        },
    }


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    ensure_kernelspec(base=Path(sys.prefix) / "share/jupyter")  # in the environment, never in somebody's home
