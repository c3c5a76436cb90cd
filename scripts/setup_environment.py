"""A virtual environment with the locked packages and the workbench itself, ready to run.

Run by `make setup` with any Python 3.11 to 3.13; needs nothing installed.
The lock is complete, so packages are installed without resolving, each checked against its hash.
Bytecode is compiled here once: left to the first import, every report would pay for it again wherever
`PYTHONDONTWRITEBYTECODE` is set.
The kernelspec of warm kernels goes into the environment itself, so that every Jupyter tool in it knows it by name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(folder: str) -> int:
    """Make the environment in `folder`; returns the exit code of the first step that fails, or 0."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"The workbench needs Python 3.11 to 3.13; this is {found}. Try `make setup PYTHON=python3.11`.")
        return 1
    python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    steps = [
        [sys.executable, "-m", "venv", folder],
        [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "-r", "requirements.lock"],
        [*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", "."],
        [str(python), "-m", "compileall", "-q", "-j", "0", "etm_workbench"],
        [str(python), "-m", "etm_workbench.reporting.zygote.kernelspec"],
    ]
    for step in steps:
        print("setup:", " ".join(step[1:5]), flush=True)
        code = subprocess.run(step, cwd=ROOT, env=environment, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ".venv"))
