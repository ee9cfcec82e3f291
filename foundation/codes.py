"""Label codes: eight random characters and a check character over GF(32). Pure.

The check character is the sum of αⁱ·dᵢ with α = 2 in GF(2⁵) modulo x⁵+x²+1, where a sum is XOR. Seen over all nine
characters the weights 2 4 8 16 5 10 20 13 1 all differ and none is zero, so every wrong character and every swap of two
characters, however far apart, is detected. Alphabet after Crockford's Base32: no I, L, O and U.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 9
RANDOM_BYTES: Final = 5  # 40 bits are eight characters of five
WEIGHTS: Final = (2, 4, 8, 16, 5, 10, 20, 13)

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_ALIKE: Final = str.maketrans("ILO", "110")
_MODULUS: Final = 0b100101  # x⁵ + x² + 1
_SEPARATORS: Final = re.compile(r"[\s\-_.·/\u00ad\u200b-\u200d\u2010-\u2015\u2043\u2212\u30fb\u30fc\ufeff]+")
_LONGEST_INPUT: Final = 100


def new_code(random_bytes: bytes) -> str:
    """A fresh code of nine characters from five random bytes (``secrets.token_bytes(RANDOM_BYTES)``).

    Raises ValueError for another number of bytes.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a code takes {RANDOM_BYTES} random bytes, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The check character of eight characters of the alphabet; KeyError for any other character."""
    total = 0
    for weight, character in zip(WEIGHTS, body, strict=True):
        total ^= _product(weight, _VALUES[character])
    return ALPHABET[total]


def normalise(text: str) -> str:
    """What a person typed, as the label has it: full width and small letters, separators, I, L and O are forgiven."""
    flat = unicodedata.normalize("NFKC", text[:_LONGEST_INPUT])
    return _SEPARATORS.sub("", flat).upper().translate(_ALIKE)


def parse_code(text: str) -> str:
    """The nine characters of a code in whatever form it was typed or scanned.

    Raises Invalid: ``bad_code`` where it cannot be one, ``bad_check_character`` where a character is wrong or swapped.
    """
    code = normalise(text)
    if len(code) != LENGTH or not _VALUES.keys() >= set(code):
        raise Invalid(
            N_("This is not a label code. A code has nine letters and digits, such as 7F3K-9QXD-Y."), code="bad_code"
        )
    if check_character(code[:-1]) != code[-1]:
        raise Invalid(
            N_("The code {printed} has a wrong character or two swapped ones. Please compare it with the label."),
            code="bad_check_character",
            printed=printed(code),
        )
    return code


def printed(code: str) -> str:
    """The code as people read it on a label: ``XXXX-XXXX-C``."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _product(left: int, right: int) -> int:
    """The product of two elements of GF(32)."""
    result = 0
    while right:
        result ^= left if right & 1 else 0
        left, right = left << 1, right >> 1
        left ^= _MODULUS if left & 32 else 0
    return result
