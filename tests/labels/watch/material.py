"""Places along a meridian, what is seen there, and the lists of what is not where it should be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from foundation.act import Act
from foundation.database import execute, fetchval
from labels.distance import METRES_PER_DEGREE
from labels.queries.seen import find_far, find_swapped
from labels.queries.watch import WatchFilter, find_unscanned
from labels.service import mark_fixed
from labels.service.sightings import note_sighting
from registry.schemas import AssetRead

LON, LAT = 120.65, 28.0
Add = Callable[..., Awaitable[AssetRead]]


def north(metres: float, lat: float = LAT) -> float:
    return lat + metres / METRES_PER_DEGREE


async def sight(code: str, metres: float, act: Act, source: str = "citizen") -> None:
    await note_sighting(await label_id(code), LON, north(metres), source, act.at)


async def label_id(code: str) -> int:
    return int(await fetchval("SELECT id FROM label WHERE code = $1", code))


async def far() -> list[str]:
    return [label.code for label in (await find_far(WatchFilter())).items]


async def pairs(**values: object) -> list[set[str]]:
    return [{pair.one.code, pair.two.code} for pair in (await find_swapped(WatchFilter(**values))).items]


def later(act: Act, **spans: float) -> Act:
    return replace(act, at=act.at + timedelta(**spans))


async def unscanned(act: Act, **values: object) -> list[str]:
    return [label.code for label in (await find_unscanned(WatchFilter(**values), act.at)).items]


async def mark_fixed_again(code: str, act: Act, metres: float) -> None:
    await execute("UPDATE label SET state = 'printed' WHERE code = $1", code)
    await mark_fixed(code, act, lon=LON, lat=north(metres))


async def two_swapped(hang) -> tuple[tuple[AssetRead, str], tuple[AssetRead, str]]:
    return await hang("一", 0, 40), await hang("二", 40, 0)
