"""Ways of spoiling delimited text: its bytes, its encoding, its signs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Rng = np.random.Generator


def _cut(content: bytes, rng: Rng) -> bytes:
    return content[: int(rng.integers(0, len(content)))]


def _random_bytes(content: bytes, rng: Rng) -> bytes:
    return rng.bytes(int(rng.integers(1, 5000)))


def _sprinkle(content: bytes, rng: Rng) -> bytes:
    at = int(rng.integers(len(content)))
    return content[:at] + rng.bytes(int(rng.integers(1, 12))) + content[at:]


def _recode(*encodings: str) -> Callable[[bytes, Rng], bytes]:
    def way(content: bytes, rng: Rng) -> bytes:
        text = _as_text(content)
        return text.encode(str(rng.choice(list(encodings))), errors="replace")

    return way


def _as_text(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding, errors="replace")


def _edit(*pairs: tuple[str, str], count: int = -1) -> Callable[[bytes, Rng], bytes]:
    def way(content: bytes, rng: Rng) -> bytes:
        old, new = pairs[int(rng.integers(len(pairs)))]
        return _as_text(content).replace(old, new, count).encode(errors="surrogatepass")

    return way


def _begin(*heads: bytes) -> Callable[[bytes, Rng], bytes]:
    return lambda content, rng: heads[int(rng.integers(len(heads)))] + content


def _many_blank_lines(content: bytes, rng: Rng) -> bytes:
    lines = _as_text(content).splitlines(keepends=True)
    at = int(rng.integers(len(lines) + 1))
    return "".join([*lines[:at], "\n" * 100_000, *lines[at:]]).encode(errors="surrogatepass")


TEXT_WAYS: tuple[tuple[str, Callable[[bytes, Rng], bytes]], ...] = (
    ("cut text", _cut),
    ("random bytes", _random_bytes),
    ("sprinkled bytes", _sprinkle),
    ("Western encodings", _recode("cp1252", "latin-1", "cp850", "mac-roman")),
    ("wide encodings without mark", _recode("utf-16-le", "utf-16-be", "utf-32-le")),
    ("mainframe encoding", _recode("cp037", "cp500")),
    ("other line ends", _edit(("\r\n", "\r"), ("\r\n", "\n"), ("\r\n", "\n\n"))),
    ("unclosed quotation mark", _edit(("ZQX-00001", '"ZQX-00001'), ("Kanarien", '"Kanarien'), count=1)),
    ("stray separators", _edit(("ZQX-00001", ",;ZQX-00001"), ("Yes", "Yes,"), ("Kanarien", ";;Kanarien"))),
    ("zero characters", _edit(("ZQX", "Z\x00QX"), ("\r\n", "\x00\r\n"))),
    (
        "other beginnings",
        _begin(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"<html>", b"%PDF-", b"\xef\xbb\xbf" * 3),
    ),
    ("100,000 blank lines", _many_blank_lines),
)
