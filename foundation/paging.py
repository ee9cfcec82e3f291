"""Pages of a list by cursor: the cursor says after which row to go on, so that new rows shift nothing. Pure."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

from foundation.errors import Invalid
from foundation.translation import N_

DEFAULT_LIMIT: Final = 50
MOST: Final = 500

Value: TypeAlias = str | int | float | date | datetime | None
T = TypeVar("T")

_LONGEST_CURSOR: Final = 2000
_BIGGEST_INTEGER: Final = 2**63 - 1  # what a bigint of the database holds


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of the next page (None on the last)."""

    items: list[T]
    next: str | None = None


def page_limit(asked: int | None, default: int = DEFAULT_LIMIT) -> int:
    """How many items a page holds; raises Invalid outside 1 to 500."""
    limit = default if asked is None else asked
    if not 1 <= limit <= MOST:
        raise Invalid(N_("A page holds 1 to {most} items, not {limit}."), code="bad_limit", most=MOST, limit=limit)
    return limit


def cut_page(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Value]]) -> Page[T]:
    """The page from ``limit + 1`` rows that were read; the row too many only tells that there is more."""
    items = list(rows[:limit])
    more = len(rows) > limit
    return Page(items, encode_cursor(key(items[-1])) if more and items else None)


def encode_cursor(values: Sequence[Value]) -> str:
    """The sort key of the last row shown, as an opaque word that needs no quoting in an address."""
    text = json.dumps(list(values), separators=(",", ":"), default=_iso)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, shape: Sequence[type]) -> tuple[Any, ...]:
    """The values of a cursor, one for each type of ``shape`` (str, int, float, date, datetime); any may be None.

    Raises Invalid (``bad_cursor``) for whatever was not made by ``encode_cursor`` for this shape.
    """
    try:
        values = json.loads(_unwrap(cursor))
        if not isinstance(values, list):
            raise TypeError("not a list")
        return tuple(_read(value, kind) for value, kind in zip(values, shape, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(N_("This page address is broken. Please start at the first page."), code="bad_cursor") from error


def _unwrap(cursor: str) -> bytes:
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError("too long")
    return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a cursor cannot hold {type(value).__name__}")


def _read(value: object, kind: type) -> Value:
    if value is None:
        return None
    reader = _READERS.get(kind)
    if reader is None:
        raise TypeError(f"a cursor cannot hold {kind.__name__}")
    return reader(value)


def _read_text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("not a text")
    value.encode()  # a lone surrogate would fail in the database
    return value


def _read_integer(value: object) -> int:
    if type(value) is not int or abs(value) > _BIGGEST_INTEGER:
        raise TypeError("not an integer")
    return value


def _read_number(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(number := float(str(value))):
        raise TypeError("not a number")
    return number


def _read_instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_read_text(value))
    if instant.tzinfo is None:
        raise ValueError("not an aware instant")
    return instant


def _read_day(value: object) -> date:
    return date.fromisoformat(_read_text(value))


_READERS: Final[dict[type, Callable[[object], Value]]] = {
    str: _read_text,
    int: _read_integer,
    float: _read_number,
    datetime: _read_instant,
    date: _read_day,
}
