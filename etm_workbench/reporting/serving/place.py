"""Where the dashboards are served, and who says who somebody is: one's own machine, a proxy, or JupyterHub."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etm_workbench.errors import BadInput

Identity = Literal["laptop", "proxy", "hub"]
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,59}")
# A client, or every proxy on the way, sets these for purposes of its own.
_NOT_AN_IDENTITY = {"host", "cookie", "origin", "referer", "authorization", "user-agent", "x-forwarded-for", "from"}


@dataclass(frozen=True, slots=True)
class Place:
    """One server.

    Parameters
    ----------
    store : str
        The store's URL.
    identity : {"laptop", "proxy", "hub"}
        Who says who somebody is: a token printed at the start, one header of an authenticating proxy,
        or JupyterHub.
    header : str
        The proxy's header; for `proxy` only.
    port : int
        On the loopback; 0 for any that is free.
    socket : Path, optional
        A unix socket instead of the port.
    hosts : tuple of str
        Names by which browsers know the server, besides the loopback.
    base_url : str
        Path the dashboards lie under; begins and ends with a slash.
    open_browser : bool
        Whether to open one's own browser; for `laptop` only.
    secure : bool
        Whether browsers reach the server by https only, as behind a TLS proxy.

    Raises
    ------
    BadInput
        The parts do not fit together.
    """

    store: str
    identity: Identity = "laptop"
    header: str = ""
    port: int = 0
    socket: Path | None = None
    hosts: tuple[str, ...] = ()
    base_url: str = "/"
    open_browser: bool = False
    secure: bool = True

    def __post_init__(self) -> None:
        if (self.identity == "proxy") != bool(self.header):
            raise BadInput(
                "A proxy's identity needs the name of its header, and nothing else does.",
                remedy="Give --behind-proxy HEADER.",
            )
        if self.header and (not _HEADER.fullmatch(self.header) or self.header.lower() in _NOT_AN_IDENTITY):
            raise BadInput(
                f"'{self.header}' cannot be the header that says who somebody is.",
                expected="A header that your proxy sets and takes away from clients, such as X-Remote-User.",
                remedy="Choose such a header.",
            )
        if not (self.base_url.startswith("/") and self.base_url.endswith("/")):
            raise BadInput(f"'{self.base_url}' is not a base path.", expected="One that begins and ends with a slash.")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    identity: Identity
    header: str = ""
    store: str | None = None
    port: int = Field(default=8866, ge=1, le=65535)
    socket: Path | None = None
    hosts: tuple[str, ...] = ()
    base_url: str = "/"
    secure: bool = True


def read_place(file: Path, *, store: str) -> Place:
    """The server that a configuration file describes.

    Parameters
    ----------
    file : Path
        TOML: `identity`, `header`, `store`, `port` or `socket`, `hosts`, `base_url`, `secure`.
    store : str
        The store's URL where the file names none.

    Raises
    ------
    BadInput
        The file cannot be read, or says what cannot be; every problem is listed.
    """
    try:
        told = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise BadInput(f"The server's file '{file.name}' cannot be read: {type(wrong).__name__}.") from None
    except ValidationError as wrong:
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()[:20])
        raise BadInput(
            f"The server's file '{file.name}' has {wrong.error_count()} problems: {found}.", remedy="Mend the file."
        ) from None
    parts: dict[str, Any] = told.model_dump()
    return Place(**{**parts, "store": told.store or store})
