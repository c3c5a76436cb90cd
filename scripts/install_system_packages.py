"""What the tests need from the system beside Python packages; installs what is missing, and says so.

Knows Debian and its kin (apt). Elsewhere it names what to install and stops.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {
    "chromium": ("Chromium, for dashboards and pages", ["chromium", "chromium-browser", "google-chrome"]),
    "postgresql": ("PostgreSQL, the server's store", ["/usr/lib/postgresql/*/bin/initdb", "initdb"]),
    "libreoffice-writer-nogui": ("LibreOffice Writer, to open Word reports", ["soffice", "libreoffice"]),
    "libreoffice-calc-nogui": (
        "LibreOffice Calc, to open Excel reports",
        ["/usr/lib/libreoffice/program/scalc"],
    ),
    "libreoffice-impress-nogui": (
        "LibreOffice Impress, to open slides",
        ["/usr/lib/libreoffice/program/simpress"],
    ),
}


def present(candidates: list[str]) -> bool:
    """Whether any of the commands or path patterns exists."""
    for candidate in candidates:
        if candidate.startswith("/"):
            if any(Path("/").glob(candidate.lstrip("/"))):
                return True
        elif shutil.which(candidate):
            return True
    return False


def main() -> int:
    """Install what is missing; returns 0 when everything is there at the end."""
    missing = {name: why for name, (why, where) in NEEDED.items() if not present(where)}
    if not missing:
        return 0
    for name, why in missing.items():
        print(f"system: {name} is missing ({why})", flush=True)
    if not shutil.which("apt-get"):
        print("system: install these with this system's package manager, then run the command again.")
        return 1
    sudo = [] if os.name != "nt" and os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        print("system: apt-get", *step, flush=True)
        code = subprocess.run([*sudo, "apt-get", *step], env=quiet, check=False, stdout=subprocess.DEVNULL).returncode
        if code:
            print(f"system: apt-get ended with code {code}; install {', '.join(missing)} by hand and try again.")
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
