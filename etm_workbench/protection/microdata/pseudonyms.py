"""Keyed pseudonyms for a shared file: the key stays apart, and another key makes files that do not join."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from etm_workbench.errors import BadInput

LEAST_BYTES = 32


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """A secret for one recipient and purpose.

    Parameters
    ----------
    secret : bytes
        At least 32 random bytes, kept outside the project and the store.
    purpose : str
        Whom the file is for and why: two purposes never share pseudonyms, whatever the secret.
    """

    secret: bytes = field(repr=False)
    purpose: str

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_BYTES or not self.purpose:
            raise BadInput(
                "A pseudonym key is too short or has no purpose.",
                expected=f"At least {LEAST_BYTES} random bytes, and the recipient and purpose in words.",
                remedy="Make one with secrets.token_bytes and keep it apart from the file.",
            )


def pseudonyms(people: Iterable[str], key: PseudonymKey) -> list[str]:
    """A pseudonym a person, 16 hexadecimal digits; still personal information while the key exists.

    Notes
    -----
    HMAC-SHA-256. To rotate, make a new key: the new file shares no pseudonym with the old one.
    """
    message = key.purpose.encode() + b"\0"
    return [hmac.new(key.secret, message + one.encode(), hashlib.sha256).hexdigest()[:16] for one in people]


def read_key(path: Path, purpose: str) -> PseudonymKey:
    """The key in a file; made there, readable by its owner alone, when there is none.

    Raises
    ------
    BadInput
        The file holds no key of enough bytes.
    """
    if not path.exists():
        _write(path)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as problem:
        raise BadInput(
            f"'{path.name}' holds no pseudonym key.",
            expected=f"At least {LEAST_BYTES} bytes as hexadecimal digits.",
            remedy="Name the key's file, or a place where a new one may be made.",
        ) from problem
    return PseudonymKey(secret, purpose)


def rotate_key(path: Path) -> Path:
    """Puts a new key in the place of the old one; returns where the old one lies now.

    Files made from now on share no pseudonym with earlier ones. Destroy the old key when nobody needs to join
    an earlier file any more.
    """
    number = 1
    while (old := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    path.rename(old)
    _write(path)
    return old


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_bytes(LEAST_BYTES).hex() + "\n")
