"""The page behind a label on the wire: what is the same for everyone is compressed once, only the rest each time.

A gzip stream may be put together from raw deflate blocks, as long as each begins on a byte and looks back at nothing
before it; that is what a full flush leaves behind (RFC 1951, 3.2; RFC 1952, 2.3.1).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from typing import Final

from litestar import Response

_HTML: Final = "text/html"  # the framework names the charset
_RAW: Final = -15  # window bits of a deflate stream without header
_QUICK: Final = 1
_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A piece that never changes, with its compressed form."""

    text: InitVar[str]
    data: bytes = field(init=False)
    packed: bytes = field(init=False)

    def __post_init__(self, text: str) -> None:
        press = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        object.__setattr__(self, "data", text.encode())
        object.__setattr__(self, "packed", press.compress(self.data) + press.flush(zlib.Z_FULL_FLUSH))


Piece = Fixed | str


def answer_page(pieces: Sequence[Piece], accepted: str, status: int = 200) -> Response[bytes]:
    """The page as an answer, compressed where the browser reads gzip."""
    if "gzip" in accepted:
        return Response(pack(pieces), status_code=status, media_type=_HTML, headers={"Content-Encoding": "gzip"})
    plain = b"".join(piece.data if isinstance(piece, Fixed) else piece.encode() for piece in pieces)
    return Response(plain, status_code=status, media_type=_HTML)


def pack(pieces: Sequence[Piece]) -> bytes:
    """All pieces as one gzip stream."""
    press = zlib.compressobj(_QUICK, zlib.DEFLATED, _RAW)
    out = [_HEADER]
    check = size = 0
    for piece in pieces:
        data = piece.data if isinstance(piece, Fixed) else piece.encode()
        check, size = zlib.crc32(data, check), size + len(data)
        out.append(piece.packed if isinstance(piece, Fixed) else press.compress(data) + press.flush(zlib.Z_FULL_FLUSH))
    out.append(press.flush(zlib.Z_FINISH))
    out.append(struct.pack("<II", check, size & 0xFFFFFFFF))
    return b"".join(out)
