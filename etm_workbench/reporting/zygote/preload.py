"""What a zygote takes in before it forks, and how it notices that this has gone out of date."""

from __future__ import annotations

import importlib
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType


def take_in(names: Iterable[str]) -> list[Path]:
    """Import modules and call functions.

    Parameters
    ----------
    names : iterable of str
        `package.module` is imported; `package.module:function` is called too, with no arguments, to load data that
        every child may read. It may return the files it read from.

    Returns
    -------
    list of Path
        The files that the functions named.
    """
    files: list[Path] = []
    for name in names:
        module, _, function = name.partition(":")
        imported = importlib.import_module(module)
        if function:
            files += [Path(file) for file in getattr(imported, function)() or ()]
    return files


def stamp(files: Iterable[Path]) -> Callable[[], bool]:
    """Take note of the code that is loaded and of these files; the result says whether any has changed since.

    Installed packages are watched through their folder, which every installation touches; other modules one by one.
    """
    watched = {*files, *_package_folders(), *_own_modules()}
    before = {path: _modified(path) for path in watched}
    return lambda: any(_modified(path) != moment for path, moment in before.items())


def _package_folders() -> set[Path]:
    return {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}


def _own_modules() -> set[Path]:
    """Files of the modules that were not installed with Python or with pip: our own, in an editable install."""
    elsewhere = [*_package_folders(), Path(sysconfig.get_path("stdlib"))]
    files = {Path(file) for module in list(sys.modules.values()) if (file := _file(module))}
    return {file for file in files if not any(file.is_relative_to(folder) for folder in elsewhere)}


def _file(module: ModuleType | None) -> str | None:
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
