"""Seed the demonstration district: facilities, accounts, plans, a year of history, and today's open faults."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.accounts import GrantWanted, create_account, set_crews
from app.demo.assets import demo_assets
from app.demo.district import CREWS, ORGANISATIONS
from app.demo.labels import Marked, note_scans, play_labels
from app.demo.pictures import draw_label
from app.demo.story import Scene, past_year
from app.demo.today import Cast, play_today
from foundation.act import Act, system_act
from foundation.database import execute, fetchval, transaction
from foundation.principals import Role
from foundation.settings import Settings, use_settings
from labels.service import issue_labels, mark_fixed
from labels.service.hearing import hear_history
from maintenance.service import record_past_orders, refresh_overdue, register_crew
from registry.service import register_assets, register_organisation
from scheduling.service import adopt_catalogue_plans, open_due

PASSWORD: Final = "ouning-demo-2026"  # noqa: S105 - printed at every start; the demonstration is nobody's secret


@dataclass(frozen=True)
class DemoAccount:
    """An account anyone may use in the demonstration."""

    name: str
    password: str
    roles: tuple[Role, ...]
    display_name: str


DEMO_ACCOUNTS: Final = (
    DemoAccount("admin", PASSWORD, (Role.ADMINISTRATOR, Role.REGISTRAR), "管理员"),
    DemoAccount("dispatcher", PASSWORD, (Role.DISPATCHER,), "调度员"),
    DemoAccount("planner", PASSWORD, (Role.PLANNER, Role.DISPATCHER, Role.REGISTRAR), "计划员"),
    DemoAccount("inspector", PASSWORD, (Role.INSPECTOR,), "核查员"),
    DemoAccount("registrar", PASSWORD, (Role.REGISTRAR,), "台账员"),
    DemoAccount("crew", PASSWORD, (Role.CREW,), "陈师傅"),
)
_KINDS: Final = (
    "public_toilet", "love_station", "garbage_room", "transfer_station", "pedestrian_bridge", "street_tree",
)  # fmt: skip
_CREWS_OF: Final = {
    "public_toilet": (0, 1),
    "love_station": (7,),
    "garbage_room": (1, 0),
    "transfer_station": (2,),
    "pedestrian_bridge": (4, 3),
    "street_tree": (5, 6),
}
Progress = Callable[[str, int, int], None]
_STEPS: Final = 7
_PHOTOGRAPHED: Final = 8


async def is_empty() -> bool:
    """Whether nothing has been seeded yet."""
    return not await fetchval("SELECT true FROM asset LIMIT 1")


async def seed_demo(settings: Settings, progress: Progress | None = None, now: datetime | None = None) -> None:
    """Fill an empty database, in one transaction: whoever interrupts it finds an empty district again."""
    use_settings(settings)
    act = system_act(now or datetime.now(UTC))
    tell = progress or (lambda _what, _done, _all: None)
    async with transaction():
        # Nothing is lost if the machine stops now: the seeding is begun anew.
        await execute("SET LOCAL synchronous_commit = off")
        await _seed(settings, act, tell)
    await hear_history(act)  # which reads what is committed; the clock would do it within the minute


async def _seed(settings: Settings, act: Act, tell: Progress) -> None:
    past = system_act(act.at - timedelta(days=400))
    tell("organisations", 0, _STEPS)
    organisations = [await register_organisation(zh, past, name_en=en, duty_phone=p) for zh, en, p in ORGANISATIONS]
    crews = [await register_crew(zh, past, name_en=en, organisation_id=organisations[of]) for zh, en, of in CREWS]
    accounts = await _accounts(crews, past)
    tell("facilities", 1, _STEPS)
    new = list(demo_assets(organisations))
    ids = await register_assets(new, past)
    by_kind: dict[str, list[tuple[int, str]]] = {kind: [] for kind in _KINDS}
    for asset, asset_id in zip(new, ids, strict=True):
        by_kind[asset.kind].append((asset_id, asset.street))
    tell("labels", 2, _STEPS)
    labels = await issue_labels(ids, past)
    marked = [Marked(asset_id, asset, labels[asset_id]) for asset, asset_id in zip(new, ids, strict=True)]
    seen = [one for one in marked if one.asset.kind == "public_toilet"][:_PHOTOGRAPHED]
    await _fix_labels(seen, past)
    await note_scans(seen, act.at, settings.zone)
    tell("history", 3, _STEPS)
    scene = Scene(by_kind, _crews_by_kind(crews), act.at, settings.zone)
    await record_past_orders(list(past_year(scene)), act)
    tell("plans", 4, _STEPS)
    tomorrow = act.at.astimezone(settings.zone).date() + timedelta(days=1)
    for kind in _KINDS:
        await adopt_catalogue_plans(kind, act, crew_id=crews[_CREWS_OF[kind][0]], start_on=tomorrow)
    tell("today", 5, _STEPS)
    cast = Cast(accounts, {kind: [crews[n] for n in numbers] for kind, numbers in _CREWS_OF.items()})
    await play_today({kind: [asset for asset, _ in rows] for kind, rows in by_kind.items()}, cast, act.at)
    await play_labels(marked, seen, cast, act.at)
    tell("orders", 6, _STEPS)
    await open_due(act.at + timedelta(hours=24), act)
    await refresh_overdue(act)
    tell("done", _STEPS, _STEPS)


async def _fix_labels(marked: Sequence[Marked], act: Act) -> None:
    """The labels of a few toilets have been seen in their place and photographed."""
    dice = random.Random(1024)  # noqa: S311 - the same photos every time is the point
    for one in marked:
        lon, lat = one.place
        await mark_fixed(one.label.code, act, lon=lon, lat=lat, photo=draw_label(dice))


async def _accounts(crews: Sequence[int], act: Act) -> dict[str, int]:
    found: dict[str, int] = {}
    for account in DEMO_ACCOUNTS:
        grants = [GrantWanted(role) for role in account.roles]
        found[account.name] = await create_account(
            account.name, grants, act, password=account.password, display_name=account.display_name
        )
    await set_crews(found["crew"], list(crews), act)
    return found


def _crews_by_kind(crews: Sequence[int]) -> dict[str, list[tuple[int, str, str]]]:
    return {
        kind: [(crews[number], CREWS[number][0], CREWS[number][1]) for number in numbers]
        for kind, numbers in _CREWS_OF.items()
    }
