"""Keyed pseudonyms for a shared file: the key stays apart, and another key makes files that do not join."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

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
