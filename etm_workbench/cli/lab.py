"""`etm lab`: JupyterLab on the notebooks."""

from __future__ import annotations

import os
import subprocess
import sys

import click

from etm_workbench import settings
from etm_workbench.cli.delivery import reads_store


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True, help="The port.")
@reads_store
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def lab(*, port: int, store_url: str | None, no_browser: bool) -> None:
    """Open JupyterLab on the workbench's notebooks, for this machine's user only.

    Example: etm lab --store out/demo/service.sqlite
    """
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={settings.project_folder('notebooks')}"]
    command += ["--no-browser"] if no_browser else []
    environment = {**os.environ, "ETM_STORE": settings.store_url(store_url)}
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603  our own command
