"""The pseudonyms that records carry in place of identifiers, and the key they are made with.

A pseudonym is a keyed hash, so that nobody without the key can find a person by hashing every
identifier there is. The key lies in a file of its own, apart from the store, readable by its owner
only; the store holds a fingerprint of it, so that another key is noticed before it splits people in two.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from etm_workbench import settings
from etm_workbench.errors import BadEnvironment
from etm_workbench.store.checked_file import normalize_identifier

_KEY_BYTES = 32
_PSEUDONYM_DIGITS = 32  # the first 128 bits


def key_path(given: Path | None = None) -> Path:
    """Where the key is: as given, else `ETM_KEY_FILE`, else `pseudonym.key` in the user's folder."""
    override = os.environ.get("ETM_KEY_FILE")
    return given or (Path(override) if override else settings.user_folder() / "pseudonym.key")


def read_key(path: Path) -> bytes | None:
    """The key in a file; None when there is no file.

    Raises
    ------
    BadEnvironment
        Others may read the file, or it holds no key.
    """
    try:
        content = path.read_bytes().strip()
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise BadEnvironment(
            f"The pseudonym key '{path.name}' cannot be read: {problem.strerror}.",
            remedy="Give its owner the right to read it.",
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise BadEnvironment(
            f"The pseudonym key '{path.name}' can be read by others than its owner.",
            expected="Only its owner reads it.",
            remedy=f"Run: chmod 600 {path}",
        )
    if len(content) != 2 * _KEY_BYTES or not _is_hexadecimal(content):
        raise BadEnvironment(
            f"'{path.name}' does not hold a pseudonym key.",
            expected=f"{2 * _KEY_BYTES} hexadecimal digits.",
            remedy="Restore the key from its copy.",
        )
    return bytes.fromhex(content.decode())


def create_key(path: Path) -> bytes:
    """A new key in a new file; the one another process made in the meantime when there is one."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        _put_in_place(beside, path)
    except OSError as problem:
        raise BadEnvironment(
            f"The pseudonym key '{path.name}' cannot be made: {problem.strerror}.",
            expected=f"A folder one may write in: {path.parent}.",
            remedy="Choose another place with ETM_KEY_FILE.",
        ) from None
    key = read_key(path)
    if key is None:
        raise BadEnvironment(f"The pseudonym key '{path.name}' vanished as it was made.", remedy="Try again.")
    return key


def fingerprint(key: bytes) -> str:
    """What tells two keys apart and gives neither away; 16 hexadecimal digits."""
    return hmac.digest(key, b"etm pseudonym key fingerprint", "sha256").hex()[:16]


def pseudonyms(person_ids: Iterable[str], key: bytes) -> list[str]:
    """One `person_key` an identifier: HMAC-SHA256 of its normalized form, 32 hexadecimal digits."""
    return [
        hmac.digest(key, normalize_identifier(person_id).encode(), "sha256").hex()[:_PSEUDONYM_DIGITS]
        for person_id in person_ids
    ]


def _put_in_place(beside: Path, path: Path) -> None:
    # A link fails where the name is taken, a rename would replace the key of whoever came first.
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def _is_hexadecimal(content: bytes) -> bool:
    return all(digit in b"0123456789abcdef" for digit in content)
