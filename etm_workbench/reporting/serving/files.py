"""The front end's own files: a fixed list made at the start, so that no address can name any other file.

An address is looked up as it stands in the list. No path is put together from what a browser sends, so
there is nothing to climb out of.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from tornado import web
from voila.paths import collect_static_paths
from voila.utils import get_voila_labextensions_path

from etm_workbench.reporting.serving.plain import Plain

# Of the front end's extensions only what draws widgets.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
_TYPES = {".js": "text/javascript", ".woff": "font/woff", ".woff2": "font/woff2", ".css": "text/css"}
_LEFT_OUT = (".map", ".txt", ".eot", ".ttf")


@dataclass(frozen=True)
class FixedFiles:
    """Addresses below `voila/static/VERSION/` and `voila/labextensions/`, each with its file."""

    files: Mapping[str, Path]

    @classmethod
    def of_front_end(cls) -> FixedFiles:
        """Voila's own scripts, and the extensions that draw widgets."""
        return cls(dict(_front_end()) | dict(_extensions()))

    @cached_property
    def version(self) -> str:
        """Changes when any of the files does, so that browsers may keep them for ever."""
        stamps = [(name, path.stat().st_size, path.stat().st_mtime_ns) for name, path in sorted(self.files.items())]
        return hashlib.sha256(repr(stamps).encode()).hexdigest()[:12]


def _front_end() -> Iterator[tuple[str, Path]]:
    for root in reversed(collect_static_paths(["voila"], "base")):
        yield from _below(Path(root), "static")


def _extensions() -> Iterator[tuple[str, Path]]:
    for root in reversed(get_voila_labextensions_path()):
        for extension in EXTENSIONS:
            yield from _below(Path(root) / extension / "static", f"labextensions/{extension}/static")


def _below(folder: Path, address: str) -> Iterator[tuple[str, Path]]:
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in _LEFT_OUT:
                yield f"{address}/{path.relative_to(folder).as_posix()}", path


class File(Plain):
    """One of the fixed files."""

    route: ClassVar[str] = "file"

    def get(self, address: str) -> None:
        """The file, if the list has it."""
        files: FixedFiles = self.settings["etm_files"]
        path = files.files.get(address.replace(f"static/{files.version}/", "static/", 1))
        if path is None:
            raise web.HTTPError(404)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(path.read_bytes())
