"""One symbol after the other: the one door of the qrcode library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from foundation.errors import Invalid
from foundation.translation import N_

# ISO/IEC 18004, 9.1: four light modules on every side, or readers lose the symbol on a dark wall.
QUIET_MODULES: Final = 4
# The characters of QR's alphanumeric mode that also stand in the host part of an address.
HOST: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9.\-]*[A-Z0-9])?(?::[0-9]{1,5})?")


Level = Literal["M", "Q", "H"]
LEVELS: Final[dict[Level, int]] = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
# The format information is stored under the pattern 101010000010010; its bits 12 to 10 are the mask's.
_FORMAT_MASK: Final = 0b101


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol as rows of dark (True) and light modules, without its quiet zone."""

    rows: tuple[tuple[bool, ...], ...]
    version: int
    mask: int

    @property
    def size(self) -> int:
        """Modules along one side, quiet zone not counted."""
        return len(self.rows)


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


def encode(url: str, *, level: Level = "Q", version: int | None = None, mask: int | None = None) -> Symbol:
    """The symbol of an address in alphanumeric mode (one version smaller than bytes).

    Level Q: H does not repair a dirty finder pattern and costs reach at the same size; M fails under a sticker. Without
    ``version`` the smallest that holds the address, without ``mask`` the one of least penalty (ISO/IEC 18004, 7.8).
    """
    # The library is partly untyped.
    qr: Any = QRCode(version, error_correction=LEVELS[level], border=0, mask_pattern=mask)
    segment: Any = QRData
    # optimize=0 keeps it one segment; the library would otherwise cut it into pieces of several modes.
    qr.add_data(segment(url.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    qr.make(fit=version is None)
    rows = tuple(tuple(bool(dark) for dark in row) for row in qr.modules)
    return Symbol(rows, qr.version, mask if mask is not None else _mask_of(rows))


def _mask_of(rows: tuple[tuple[bool, ...], ...]) -> int:
    """The mask as the symbol itself says: three bits of its format information (ISO/IEC 18004, 7.9)."""
    return sum(rows[8][column] << 4 - column for column in (2, 3, 4)) ^ _FORMAT_MASK
