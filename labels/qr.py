"""The symbol on a label: the one door of the qrcode library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from foundation.errors import Invalid
from foundation.translation import N_

# ISO/IEC 18004, 9.1: four light modules on every side, or readers lose the symbol on a dark wall.
QUIET_MODULES: Final = 4
# The characters of QR's alphanumeric mode that also stand in the host part of an address.
HOST: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9.\-]*[A-Z0-9])?(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol as rows of dark (True) and light modules, without its quiet zone."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules along one side, quiet zone not counted."""
        return len(self.rows)

    @property
    def full_size(self) -> int:
        """Modules along one side with the quiet zone."""
        return self.size + 2 * QUIET_MODULES


def label_url(public_url: str, code: str) -> str:
    """The address a label holds, all in upper case: ``HTTPS://HOST/A/CODE``.

    Raises Invalid where the public address has a path, or characters that QR's alphanumeric mode lacks.
    """
    parts = urlsplit(public_url.strip())
    host = parts.netloc.upper()
    scheme = parts.scheme.upper()
    if scheme not in {"HTTP", "HTTPS"} or parts.path.strip("/") or parts.query or parts.fragment:
        raise Invalid(
            N_("The public address “{url}” must be a host without a path, such as https://qr.example.gov.cn."),
            code="bad_public_url",
            url=public_url,
        )
    if not HOST.fullmatch(host):
        raise Invalid(
            N_("The public address “{url}” holds characters that a label cannot carry: use letters, digits, . and -."),
            code="bad_public_url",
            url=public_url,
        )
    return f"{scheme}://{host}/A/{code.upper()}"


def encode(url: str) -> Symbol:
    """The symbol of an address, level Q, in alphanumeric mode (one version smaller than bytes).

    Level Q: H does not repair a dirty finder pattern and costs reach at the same size; M fails under a sticker.
    """
    # The library is partly untyped.
    qr: Any = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    segment: Any = QRData
    # optimize=0 keeps it one segment; the library would otherwise cut it into pieces of several modes.
    qr.add_data(segment(url.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    qr.make(fit=True)
    return Symbol(tuple(tuple(bool(dark) for dark in row) for row in qr.modules))


def path_data(symbol: Symbol) -> str:
    """The symbol as the data of one SVG path in modules, its origin at the quiet zone's corner.

    One path of rectangles: a page of separate shapes shows hair lines between them when it is drawn on a screen.
    """
    return "".join(
        f"M{QUIET_MODULES + start} {QUIET_MODULES + y}h{length}v1h-{length}z"
        for y, row in enumerate(symbol.rows)
        for start, length in _runs(row)
    )


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(row):
        length = 1
        while start + length < len(row) and row[start + length] == row[start]:
            length += 1
        if row[start]:
            yield start, length
        start += length
