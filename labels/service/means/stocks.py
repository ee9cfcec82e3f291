"""An operator's own stock: written down in millimetres, in the place of one that ships where the key is the same."""

from __future__ import annotations

import msgspec

from foundation.act import Act
from foundation.database import execute, fetchval, transaction
from foundation.errors import Conflict, Invalid, NotFound, Refused, Stale
from foundation.principals import Role
from foundation.translation import N_
from labels.events import LabelStockRemoved, LabelStockSaved
from labels.queries.inventory import StockMeasures, StockRead, get_stock, stock_of
from labels.stock import STOCKS
from labels.template.manifest import KEY
from registry.history import DISTRICT, record


async def save_stock(key: str, measures: StockMeasures, act: Act, *, version: int | None = None) -> StockRead:
    """Write a stock down, or change the own one that stands in ``version``.

    Raises Invalid for a key or a sheet that cannot be, Conflict where an own one of that key exists and no version of
    it was given, Stale where it was changed since.
    """
    act.require(Role.REGISTRAR)
    check_key(key)
    stock_of(key, measures)
    async with transaction():
        await _one_at_a_time(key)
        await _check_version(key, version)
        await execute(
            "INSERT INTO label_stock (key, measures) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE"
            " SET measures = $2, version = label_stock.version + 1",
            key,
            msgspec.to_builtins(measures),
        )
        await record(DISTRICT, LabelStockSaved(stock=key), act)
    return await get_stock(key)


async def remove_stock(key: str, act: Act, *, version: int | None = None) -> None:
    """Remove an own stock; where one of that key ships, it is used again. Waiting jobs that name it say it is gone.

    Raises NotFound for an unknown one, Refused for one that ships, Stale where it was changed since ``version``.
    """
    act.require(Role.REGISTRAR)
    async with transaction():
        await _one_at_a_time(key)
        found = await _version(key)
        if found is None:
            if key in STOCKS:
                raise Refused(N_("The stock {stock} ships with the program and stays."), code="ships", stock=key)
            raise NotFound(N_("There is no stock {stock}."), code="unknown_stock", stock=key[:80])
        if version is not None and version != found:
            raise Stale(STOCK_CHANGED)
        await execute("DELETE FROM label_stock WHERE key = $1", key)
        await record(DISTRICT, LabelStockRemoved(stock=key), act)


STOCK_CHANGED = N_("The stock was changed in the meantime. Load the page again.")


def check_key(key: str) -> None:
    """Raises Invalid for what is no key of stock or printer."""
    if not KEY.fullmatch(key):
        raise Invalid(
            N_("A key is made of small letters, digits and hyphens, 40 at most; “{key}” is none."),
            code="bad_key",
            key=key[:80],
        )


async def _one_at_a_time(key: str) -> None:
    await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"labels.stock {key}")


async def _version(key: str) -> int | None:
    found: int | None = await fetchval("SELECT version FROM label_stock WHERE key = $1", key)
    return found


async def _check_version(key: str, version: int | None) -> None:
    found = await _version(key)
    if version is None and found is not None:
        raise Conflict(
            N_("There is an own stock {stock} already: open it and change it there."), code="exists", stock=key
        )
    if version is not None and version != (found or 0):  # 0 is the version of one that ships
        raise Stale(STOCK_CHANGED)
