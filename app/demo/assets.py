"""Every facility of the demonstration district, drawn from one fixed seed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from app.demo.district import CENTRE, SPECIES, STREETS, Street
from registry.schemas import AssetCreate

TREES: Final = 6398
SUPERVISOR: Final = "瓯宁区综合行政执法局"
COUNTS: Final = {"public_toilet": 44, "love_station": 7, "garbage_room": 140, "pedestrian_bridge": 30}
STATIONS, PERISHABLE = 32, 6

_METRE_NORTH = 1 / 111_320
_METRE_EAST = 1 / (111_320 * math.cos(math.radians(CENTRE[1])))


def demo_assets(organisations: list[int]) -> Iterator[AssetCreate]:
    """All facilities, in a fixed order; ``organisations`` are the ids of the district's four centres."""
    dice = random.Random(330302)  # noqa: S311 - the same district every time is the point
    yield from _toilets(dice, organisations[0])
    yield from _love_stations(dice, organisations[3])
    yield from _garbage_rooms(dice, organisations[0])
    yield from _transfer_stations(dice, organisations[0])
    yield from _bridges(dice, organisations[1])
    yield from _trees(dice, organisations[2])


def _spots(
    dice: random.Random, total: int
) -> Iterator[tuple[int, Street, tuple[str, str], tuple[str, str], float, float]]:
    """``total`` places spread over all streets, communities and roads in turn."""
    for number in range(total):
        street = STREETS[number % len(STREETS)]
        turn = number // len(STREETS)
        community = street.communities[turn % len(street.communities)]
        road = street.roads[turn % len(street.roads)]
        east = street.east + dice.uniform(-0.0055, 0.0055)
        north = street.north + dice.uniform(-0.0045, 0.0045)
        yield number, street, community, road, CENTRE[0] + east, CENTRE[1] + north


def _asset(
    kind: str,
    names: tuple[str, str],
    spot: tuple[int, Street, tuple[str, str], tuple[str, str], float, float],
    organisation: int,
    dice: random.Random,
    attributes: dict[str, Any],
) -> AssetCreate:
    _number, street, community, road, lon, lat = spot
    house = dice.randrange(1, 320)
    return AssetCreate(
        kind=kind,
        name=names[0],
        name_en=names[1],
        address=f"{street.zh}{road[0]}{house}号",
        address_en=f"{house} {road[1]}, {street.en}",
        street=street.zh,
        community=f"{community[0]}社区",
        lon=round(lon, 6),
        lat=round(lat, 6),
        organisation_id=organisation,
        condition=dice.choices((1, 2, 3, 4, 5), (24, 46, 22, 7, 1))[0],
        attributes={**attributes, "supervising_org": SUPERVISOR},
    )


def _unique(zh: str, en: str, seen: dict[str, int]) -> tuple[str, str]:
    seen[zh] = seen.get(zh, 0) + 1
    if seen[zh] == 1:
        return zh, en
    return f"{zh}{seen[zh]}号", f"{en} No. {seen[zh]}"


def _toilets(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    seen: dict[str, int] = {}
    for spot in _spots(dice, COUNTS["public_toilet"]):
        number, road = spot[0], spot[3]
        grade = dice.choices(("一类", "二类", "三类"), (3, 6, 2))[0]
        women = dice.randrange(4, 11)
        around = dice.random() < 0.4
        attributes = {
            "form": dice.choices(("独立式", "附属式", "活动式"), (7, 3, 1))[0],
            "class": grade,
            "premium": number % 44 < 10,
            "area": dice.randrange(45, 140),
            "stalls_male": max(2, women // 2),
            "stalls_female": women,
            "urinals": dice.randrange(3, 9),
            "accessible_stall": 1,
            "third_restroom": grade != "三类",
            "nursing_room": number % 3 == 0,
            "flush": dice.choice(("感应", "脚踏", "手动")),
            "sewage": dice.choices(("市政管网", "化粪池"), (5, 2))[0],
            "open_24h": around,
            "open_hours": "00:00-24:00" if around else "06:00-22:00",
        }
        names = _unique(f"{road[0]}公厕", f"{road[1]} Public Toilet", seen)
        yield _asset("public_toilet", names, spot, organisation, dice, attributes)


def _love_stations(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    for spot in _spots(dice, COUNTS["love_station"]):
        _, _, community, _, _, _ = spot
        attributes = {
            "host_type": dice.choice(("独立", "公厕附设", "环卫综合体", "社区")),
            "area": dice.randrange(18, 60),
            "seats": dice.randrange(6, 24),
            "open_hours": "06:00-22:00",
            "water": "热水",
            "microwave": dice.randrange(1, 4),
            "fridge": 1,
            "ac": dice.randrange(1, 3),
            "staffed_hours": "08:00-20:00",
            "access_mode": "open",
            "first_aid_kit": True,
            "kit_expiry": "2027-03-31",
            "aed": dice.random() < 0.5,
            "extinguishers": 2,
            "extinguisher_due": "2027-05-31",
            "seven_ones": dice.randrange(5, 8),
        }
        names = (f"{community[0]}爱心驿站", f"{community[1]} Workers' Love Station")
        yield _asset("love_station", names, spot, organisation, dice, attributes)


def _garbage_rooms(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    seen: dict[str, int] = {}
    for spot in _spots(dice, COUNTS["garbage_room"]):
        _, _, community, road, _, _ = spot
        attributes = {
            "area": dice.randrange(18, 42),
            "households": dice.randrange(180, 520),
            "hours": "06:30-09:00; 17:30-20:30",
            "bins_recyclable": dice.randrange(2, 5),
            "bins_hazardous": 1,
            "bins_food": dice.randrange(2, 5),
            "bins_other": dice.randrange(4, 9),
            "collection_recyclable": 0.5,
            "collection_hazardous": 0.1,
            "collection_food": 1,
            "collection_other": dice.choice((1, 2)),
            "water": True,
            "drain": True,
            "power": True,
            "handwash": True,
            "camera": dice.random() < 0.7,
        }
        names = _unique(f"{community[0]}社区{road[0]}垃圾房", f"{community[1]} {road[1]} Garbage Room", seen)
        yield _asset("garbage_room", names, spot, organisation, dice, attributes)


def _transfer_stations(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    seen: dict[str, int] = {}
    for spot in _spots(dice, STATIONS + PERISHABLE):
        number, _, community, _, _, _ = spot
        perishable = number >= STATIONS
        attributes = {
            "streams": "易腐" if perishable else dice.choice(("其他", "其他; 可回收", "其他; 可回收; 大件")),
            "subtype": "perishable" if perishable else "sorted",
            "staff": dice.randrange(2, 7),
            "capacity": dice.choice((20, 30, 45) if perishable else (45, 80, 120, 160)),
            "size_class": "Ⅴ" if perishable else dice.choice(("Ⅲ", "Ⅳ", "Ⅴ")),
            "deodorising": "喷淋",
            "leachate": "纳管",
            "hours": "05:00-21:00",
            "platform_connected": True,
        }
        zh, en = ("易腐垃圾中转站", "Perishable Waste Station") if perishable else ("分类转运站", "Transfer Station")
        names = _unique(f"{community[0]}{zh}", f"{community[1]} {en}", seen)
        yield _asset("transfer_station", names, spot, organisation, dice, attributes)


def _bridges(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    seen: dict[str, int] = {}
    for spot in _spots(dice, COUNTS["pedestrian_bridge"]):
        number, _, community, road, _, _ = spot
        attributes = {
            "structure": dice.choice(("钢梁", "混凝土梁", "钢桁架", "组合")),
            "spans": dice.randrange(1, 5),
            "length": dice.randrange(28, 96),
            "width": dice.choice((3.0, 3.5, 4.0, 5.0)),
            "clearance": dice.choice((4.8, 5.0, 5.2)),
            "lifts": dice.choice((0, 0, 2)),
            "maint_class": dice.choice(("Ⅲ", "Ⅳ")),
            "maint_grade": dice.choice(("Ⅱ", "Ⅲ")),
            "road_crossed": road[0],
            "greening": "done" if number < 14 else "in_progress" if number < 20 else "planned",
        }
        names = _unique(f"{road[0]}{community[0]}天桥", f"{road[1]} {community[1]} Footbridge", seen)
        yield _asset("pedestrian_bridge", names, spot, organisation, dice, attributes)


def _trees(dice: random.Random, organisation: int) -> Iterator[AssetCreate]:
    """Rows of trees along every road, eight metres apart on both sides, until the district's number is reached."""
    rows = [(street, road, index) for street in STREETS for index, road in enumerate(street.roads)]
    each = [TREES // len(rows) + (number < TREES % len(rows)) for number in range(len(rows))]
    for (street, road, index), planted in zip(rows, each, strict=True):
        species = _avenue(dice)
        angle = index * 0.9 + street.east * 40
        for step, number in zip(range(planted), count(1), strict=False):
            yield _tree(dice, street, road, species, angle, step, number, organisation)


def _avenue(dice: random.Random) -> tuple[str, str, int, bool]:
    return dice.choices(SPECIES, [species[2] for species in SPECIES])[0]


def _tree(
    dice: random.Random,
    street: Street,
    road: tuple[str, str],
    avenue: tuple[str, str, int, bool],
    angle: float,
    step: int,
    number: int,
    organisation: int,
) -> AssetCreate:
    species = avenue if dice.random() < 0.9 else _avenue(dice)
    along, side = (step // 2) * 8.0 - 300, (9 if step % 2 else -9)
    metres_east = math.cos(angle) * along - math.sin(angle) * side + dice.uniform(-0.6, 0.6)
    metres_north = math.sin(angle) * along + math.cos(angle) * side + dice.uniform(-0.6, 0.6)
    community = street.communities[(step // 30) % len(street.communities)]
    thick = round(dice.triangular(8, 78, 24), 1)
    compound = step % 9 == 0
    return AssetCreate(
        kind="street_tree",
        name=f"{road[0]}{species[0]}{number}",
        name_en=f"{species[1]} {number}, {road[1]}",
        address=f"{street.zh}{road[0]}{'北侧' if step % 2 else '南侧'}",
        address_en=f"{road[1]}, {street.en}",
        street=street.zh,
        community=f"{community[0]}社区",
        lon=round(CENTRE[0] + street.east + metres_east * _METRE_EAST, 6),
        lat=round(CENTRE[1] + street.north + metres_north * _METRE_NORTH, 6),
        organisation_id=organisation,
        condition=dice.choices((1, 2, 3, 4, 5), (30, 46, 18, 5, 1))[0],
        attributes={
            "species_zh": species[0],
            "species_latin": species[1],
            "supervising_org": SUPERVISOR,
            "location_context": "无物业小区" if compound else "行道",
            "dbh": thick,
            "height": round(3 + thick * 0.22, 1),
            "crown": round(1.5 + thick * 0.11, 1),
            "vigour": dice.choices(("旺盛", "一般", "衰弱"), (60, 34, 6))[0],
        },
    )
