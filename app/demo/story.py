"""A believable year behind the demonstration district, drawn from one fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from maintenance.service import PastOrder, PastReport
from registry.catalogue import Kind, catalogue
from registry.catalogue.schema import Fault, Plan

FORTNIGHT: Final = 14
YEAR: Final = 364


@dataclass(frozen=True)
class Scene:
    """What the story is told about: assets by kind, their streets, crews by kind, and the day it ends."""

    assets: Mapping[str, Sequence[tuple[int, str]]]
    crews: Mapping[str, Sequence[tuple[int, str, str]]]
    now: datetime
    zone: ZoneInfo

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """An instant of a local clock, some days ago."""
        day = self.now.astimezone(self.zone).date() - timedelta(days=days_ago)
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def crew(self, kind: str, index: int) -> dict[str, Any]:
        """The crew that looks after the asset of this index."""
        crews = self.crews[kind]
        crew_id, zh, en = crews[index % len(crews)]
        return {"crew_id": crew_id, "crew_zh": zh, "crew_en": en}


# The daily rounds of the last fortnight, and the weekly inspections of the year: kind, plan, hours of the day.
_DAILY: Final = (
    ("public_toilet", "T1", (7, 13)),
    ("love_station", "L1", (8,)),
    ("garbage_room", "G1", (9,)),
    ("transfer_station", "S2", (20,)),
    ("pedestrian_bridge", "B2", (6,)),
)
_WEEKLY: Final = (
    ("public_toilet", "T4"),
    ("love_station", "L6"),
    ("transfer_station", "S5"),
    ("pedestrian_bridge", "B1"),
)
_REPORTS: Final = {
    "public_toilet": 320,
    "garbage_room": 190,
    "transfer_station": 26,
    "love_station": 14,
    "pedestrian_bridge": 46,
    "street_tree": 130,
}


def past_year(scene: Scene) -> Iterator[PastOrder]:
    """Everything that was done, in no particular order."""
    dice = random.Random(20260101)  # noqa: S311 - the same year every time is the point
    yield from _cleanings(scene, dice)
    yield from _inspections(scene, dice)
    yield from _prunings(scene)
    for kind, count in _REPORTS.items():
        yield from _repairs(scene, catalogue().kind(kind), count, dice)


def _checklist(plan: Plan) -> list[dict[str, Any]]:
    return [{"key": item.key, "zh": item.zh, "en": item.en} for item in plan.checklist if item.input == "tick"]


def _plan(kind: str, key: str) -> Plan:
    plan = catalogue().kind(kind).plan(key)
    if plan is None:
        raise LookupError(f"the catalogue has no plan {key} for {kind}")
    return plan


def _cleanings(scene: Scene, dice: random.Random) -> Iterator[PastOrder]:
    for kind, key, hours in _DAILY:
        plan = _plan(kind, key)
        checklist = _checklist(plan)
        for index, (asset, _) in enumerate(scene.assets[kind]):
            for day in range(1, FORTNIGHT + 1):
                for hour in hours:
                    opened = scene.at(day, hour)
                    yield PastOrder(
                        title_zh=plan.zh,
                        title_en=plan.en,
                        asset_ids=(asset,),
                        origin=f"demo:{kind}:{key}:{asset}:{day}:{hour}",
                        opened_at=opened,
                        due_at=opened + timedelta(hours=3),
                        done_at=opened + timedelta(minutes=dice.randrange(20, 95)),
                        checklist=checklist,
                        in_full=False,
                        **scene.crew(kind, index),
                    )


def _inspections(scene: Scene, dice: random.Random) -> Iterator[PastOrder]:
    for kind, key in _WEEKLY:
        plan = _plan(kind, key)
        checklist = _checklist(plan)
        for index, (asset, _) in enumerate(scene.assets[kind]):
            for day in range(2 + index % 7, YEAR, 7):
                opened = scene.at(day, 9, 30)
                yield PastOrder(
                    title_zh=plan.zh,
                    title_en=plan.en,
                    asset_ids=(asset,),
                    origin=f"demo:{kind}:{key}:{asset}:{day}",
                    opened_at=opened,
                    due_at=opened + timedelta(days=1),
                    done_at=opened + timedelta(minutes=dice.randrange(15, 200)),
                    checklist=checklist,
                    in_full=False,
                    **scene.crew(kind, index),
                )


def _prunings(scene: Scene) -> Iterator[PastOrder]:
    """Every tall tree once in the year, street by street in the dormant season: a round is one order."""
    plan = _plan("street_tree", "R3")
    streets: dict[str, list[int]] = {}
    for asset, street in scene.assets["street_tree"]:
        streets.setdefault(street, []).append(asset)
    for index, (street, assets) in enumerate(sorted(streets.items())):
        opened = scene.at(300 - index * 3, 8)
        yield PastOrder(
            title_zh=plan.zh,
            title_en=plan.en,
            asset_ids=tuple(assets),
            origin=f"demo:pruning:{street}",
            opened_at=opened,
            due_at=opened + timedelta(days=20),
            done_at=opened + timedelta(days=12, hours=index),
            verified_at=opened + timedelta(days=13, hours=index),
            checklist=_checklist(plan),
            in_full=False,
            **scene.crew("street_tree", index),
        )


def _repairs(scene: Scene, kind: Kind, count: int, dice: random.Random) -> Iterator[PastOrder]:
    faults = [fault for fault in kind.citizen_faults if fault.key != "other"]
    for number in range(count):
        index = dice.randrange(len(scene.assets[kind.key]))
        asset, _ = scene.assets[kind.key][index]
        fault = dice.choice(faults)
        reported = scene.at(dice.randrange(2, YEAR), dice.randrange(6, 22), dice.randrange(60))
        yield _repair(scene, kind, fault, asset, index, number, reported, dice)


def _repair(
    scene: Scene, kind: Kind, fault: Fault, asset: int, index: int, number: int, reported: datetime, dice: random.Random
) -> PastOrder:
    opened = reported + timedelta(minutes=dice.randrange(6, 90))
    hours = {"P1": 3, "P2": 7, "P3": 20, "P4": 44, "P5": 120}[fault.priority]
    done = opened + timedelta(hours=hours * dice.triangular(0.2, 1.3, 0.6))
    return PastOrder(
        title_zh=fault.zh,
        title_en=fault.en,
        asset_ids=(asset,),
        origin=f"demo:repair:{kind.key}:{number}",
        priority=fault.priority,
        opened_at=opened,
        done_at=min(done, scene.now - timedelta(hours=3)),
        verified_at=min(done + timedelta(hours=dice.randrange(1, 20)), scene.now - timedelta(hours=2)),
        due_at=reported + timedelta(hours=hours),
        report=PastReport(
            category=fault.key,
            category_zh=fault.zh,
            category_en=fault.en,
            reported_at=reported,
            due_at=reported + timedelta(hours=hours),
            reporters=dice.choices((1, 2, 3, 5), (70, 18, 9, 3))[0],
            rating=dice.choices((None, 5, 4, 3, 2), (60, 22, 12, 4, 2))[0],
        ),
        **scene.crew(kind.key, index),
    )
