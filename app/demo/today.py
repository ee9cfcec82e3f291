"""What is going on in the demonstration district today: a fault of every state, moved there by the ordinary verbs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.demo.pictures import draw_picture
from foundation.act import Act
from foundation.principals import Grant, Principal, Role
from maintenance.schemas import OrderCreate, OrderDeed, ReportCreate
from maintenance.service import (
    act_on_order,
    act_on_request,
    contest_request,
    finish_job,
    open_order,
    report_fault,
    withdraw_request,
)
from registry.catalogue import catalogue

_ALL: Final = tuple(Grant(role) for role in Role)
_WORDS: Final = (
    "第二个隔间冲不掉水，地上都是水。",
    "门锁坏了，关不上。",
    "早上七点就没有纸了。",
    "味道很大，窗户也打不开。",
    "灯闪了好几天了。",
    "桶满了，袋子堆在外面。",
    "树枝断了挂在电线上，很危险。",
    "台阶松动，老人差点摔倒。",
    "",
    "",
)
# The road each report goes, and how many go it.
_ROADS: Final = (
    ("reported", 9),
    ("verifying", 3),
    ("filed", 4),
    ("dispatched", 7),
    ("in_progress", 6),
    ("suspended", 2),
    ("done", 5),
    ("verified", 2),
    ("closed", 3),
    ("contested", 2),
    ("refused", 2),
    ("withdrawn", 1),
    ("joined", 4),
    ("held", 2),
)

# How many minutes ago: what nobody has looked at yet is fresh, all but the few that the desk should be late with.
_AGES: Final = {
    "reported": (4, 150),
    "verifying": (15, 90),
    "filed": (15, 240),
    "dispatched": (25, 300),
    "joined": (30, 400),
}


class Cast:
    """Who acts in the story: ids of the real demonstration accounts, so that verifying is by somebody else."""

    def __init__(self, accounts: dict[str, int], crews: dict[str, Sequence[int]]) -> None:
        self.accounts = accounts
        self.crews = crews

    def act(self, name: str, at: datetime) -> Act:
        """An act of one of the accounts, all roles at hand, at an instant."""
        crew_ids = frozenset(crew for crews in self.crews.values() for crew in crews)
        return Act(Principal(name, account_id=self.accounts[name], grants=_ALL, crew_ids=crew_ids), at)


async def play_today(assets: dict[str, Sequence[int]], cast: Cast, now: datetime) -> int:
    """Bring a report to every state; answers how many reports were made."""
    dice = random.Random(4512)  # noqa: S311 - the same day every time is the point
    kinds = ("public_toilet", "public_toilet", "garbage_room", "pedestrian_bridge", "street_tree", "love_station")
    made = 0
    for road, count in _ROADS:
        for number in range(count):
            kind = kinds[(made + number) % len(kinds)]
            asset = dice.choice(assets[kind])
            at = now - timedelta(minutes=dice.randrange(*_AGES.get(road, (45, 60 * 30))))
            await _play(road, kind, asset, at, cast, dice)
            made += 1
    return made


async def _play(road: str, kind: str, asset: int, at: datetime, cast: Cast, dice: random.Random) -> None:
    faults = [fault for fault in catalogue().kind(kind).citizen_faults if fault.key != "other"]
    new = ReportCreate(
        category=dice.choice(faults).key,
        description=dice.choice(_WORDS),
        photos=[draw_picture(dice)] if dice.random() < 0.5 else [],
        client=f"demo-{dice.randrange(10**9)}",
        honeypot="x" if road == "held" else "",
    )
    citizen = cast.act("dispatcher", at)
    made = await report_fault(asset, new, citizen)
    if made.merged or road in {"reported", "held"}:
        return
    if road == "joined":
        for _ in range(dice.randrange(1, 4)):
            again = ReportCreate(category=new.category, client=f"demo-{dice.randrange(10**9)}")
            await report_fault(asset, again, cast.act("dispatcher", at + timedelta(minutes=5)))
        return
    await _handle(road, made.number, made.token, kind, at, cast, dice)


async def _handle(road: str, number: str, token: str, kind: str, at: datetime, cast: Cast, dice: random.Random) -> None:
    desk = cast.act("dispatcher", at + timedelta(minutes=8))
    if road == "withdrawn":
        await withdraw_request(token, desk)
    elif road == "refused":
        await act_on_request(number, "refuse", desk, reason="经现场核实，该设施属小区物业管理，已转物业处理。")
    elif road == "verifying":
        await act_on_request(number, "verify", desk)
    else:
        await act_on_request(number, "file", desk)
        if road != "filed":
            await _work(road, number, token, kind, at, cast, dice)


async def _work(road: str, number: str, token: str, kind: str, at: datetime, cast: Cast, dice: random.Random) -> None:
    desk = cast.act("dispatcher", at + timedelta(minutes=12))
    order = (await open_order(OrderCreate(request=number), desk)).number
    await act_on_order(order, "assign", OrderDeed(crew_id=cast.crews[kind][0]), desk)
    if road == "dispatched":
        return
    crew = cast.act("crew", at + timedelta(minutes=20))
    await act_on_order(order, "accept", OrderDeed(), crew)
    await act_on_order(order, "start", OrderDeed(), crew)
    if road == "suspended":
        await act_on_order(order, "suspend", OrderDeed(reason="等待配件，预计明天到货。"), crew)
        return
    if road == "in_progress":
        return
    await finish_job(
        order, OrderDeed(photos=[draw_picture(dice, mended=True)]), cast.act("crew", at + timedelta(minutes=30))
    )
    if road == "done":
        return
    check = cast.act("inspector", at + timedelta(minutes=35))
    await act_on_order(order, "verify", OrderDeed(), check)
    if road == "verified":
        return
    await act_on_order(order, "close", OrderDeed(), cast.act("dispatcher", at + timedelta(minutes=36)))
    if road == "contested":
        await contest_request(token, "还是堵的，请再来看看。", cast.act("dispatcher", at + timedelta(minutes=38)))
