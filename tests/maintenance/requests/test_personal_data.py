"""Contacts and citizens' photos: who sees them, and when they go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetch
from foundation.errors import Forbidden
from foundation.files import FileStore
from foundation.settings import Settings
from maintenance.queries import (
    find_photos,
)
from maintenance.schemas import ContactRead, OrderCreate, Reported
from maintenance.service import (
    act_on_request,
    contest_request,
    open_order,
    purge_contacts,
    report_fault,
    reveal_contact,
)
from registry.queries import find_history
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_looking_at_a_phone_number_leaves_a_line(
    toilet: AssetRead, citizen: Act, dispatcher: Act, people: dict[str, Act], report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(phone="13800138000", description="后门"), citizen)
    for who in ("crew", "inspector", "administrator", "far_dispatcher"):
        with pytest.raises(Forbidden):
            await reveal_contact(made.number, people[who])
    assert await reveal_contact(made.number, dispatcher) == ContactRead("13800138000", "后门")
    line = (await find_history(toilet.id, None)).items[0]
    assert (line.kind, line.audience, line.actor) == ("service_request.contact_seen", "staff", "dispatcher 2")
    assert "138" not in str(line.data)


async def test_contacts_go_ninety_days_after_the_end_and_not_before(
    toilet: AssetRead, filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable,
    report_of: Callable,
) -> None:  # fmt: skip
    await report_fault(toilet.id, report_of(phone="13800138000", client="b"), citizen)
    assert await purge_contacts(later(dispatcher, days=400)) == 0, "an open report keeps its contact"
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    assert await purge_contacts(later(dispatcher, days=89)) == 0
    assert await purge_contacts(later(dispatcher, days=90)) == 2, "and those who joined with it"
    rows = await fetch("SELECT description, phone, lon, client_hash FROM request_contact")
    assert {tuple(row) for row in rows} == {("", "", None, "")}
    assert await purge_contacts(later(dispatcher, days=91)) == 0


async def test_a_contest_stops_the_clock_of_the_contact(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    await contest_request(filed.token, "还是堵", citizen)
    assert await purge_contacts(later(dispatcher, days=400)) == 0


async def test_a_citizens_photos_go_after_a_year_and_the_crews_stay(
    toilet: AssetRead, citizen: Act, dispatcher: Act, walk: Callable, later: Callable, picture: Callable,
    report_of: Callable, settings: Settings,
) -> None:  # fmt: skip
    same = picture("red")
    made = await report_fault(toilet.id, report_of(photos=[same, picture("blue")]), citizen)
    open_one = await report_fault(toilet.id, report_of("odour", photos=[same]), citizen)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    await purge_contacts(later(dispatcher, days=365))
    assert len(await find_photos(request=made.number)) == 2
    await purge_contacts(later(dispatcher, days=365, seconds=1))
    assert await find_photos(request=made.number) == []
    assert len(await find_photos(request=open_one.number)) == 1
    assert len(await find_photos(order=order.number)) == 1
    kept = {row["file_key"] for row in await fetch("SELECT file_key FROM photo")}
    assert set(FileStore(settings.files_dir).keys()) == kept, "a file goes with the last row that names it"


async def test_only_those_in_charge_purge(database: str, people: dict[str, Act]) -> None:
    for who in ("crew", "inspector", "registrar"):
        with pytest.raises(Forbidden):
            await purge_contacts(people[who])
