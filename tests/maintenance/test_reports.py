"""What a citizen does: report, join, withdraw, contest, rate."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import Invalid, NotFound, Refused
from foundation.files.store import FileStore
from foundation.settings import Settings
from maintenance.schemas import ReportCreate
from maintenance.service import dispatch_request, rate_request, report_fault, withdraw_request
from registry.history import sentence_of
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead
from registry.service import retire_asset

pytestmark = pytest.mark.anyio
PHONE = "13800138000"


def report(category: str = "overflow", **values: object) -> ReportCreate:
    return ReportCreate(category=category, **values)


async def signals(asset: AssetRead) -> dict:
    row = await fetchrow("SELECT * FROM asset_signals WHERE asset_id = $1", asset.id)
    return dict(row) if row else {}


async def test_a_report_has_a_number_a_secret_address_and_a_promised_date(toilet: AssetRead, citizen: Act) -> None:
    made = await report_fault(toilet.id, report(description="二号厕位堵了", phone=PHONE), citizen)
    assert made.number == "SR-2026-00001"
    assert len(made.token) >= 20
    row = await fetchrow("SELECT * FROM service_request WHERE number = $1", made.number)
    assert (row["state"], row["priority"], row["reporters"], row["held"]) == ("reported", "P2", 1, False)
    assert row["respond_by"] == citizen.at + timedelta(hours=1)
    assert row["due_at"] == citizen.at + timedelta(hours=4), "the catalogue's own limit of this fault"


async def test_the_district_may_set_its_own_targets(toilet: AssetRead, citizen: Act) -> None:
    await fetch(
        "INSERT INTO service_level (kind, category, fix_value, fix_unit)"
        " VALUES ('public_toilet', 'overflow', 30, 'minute')"
    )
    made = await report_fault(toilet.id, report(), citizen)
    row = await fetchrow("SELECT respond_by, due_at FROM service_request WHERE number = $1", made.number)
    assert (row["respond_by"], row["due_at"]) == (None, citizen.at + timedelta(minutes=30))


async def test_one_line_of_history_and_not_a_word_of_the_citizen_in_it(toilet: AssetRead, citizen: Act) -> None:
    words = "我是王小明，住隔壁"
    await report_fault(toilet.id, report(description=words, phone=PHONE, client="hash-of-an-address"), citizen)
    lines = (await find_history(toilet.id, None)).items
    assert [line.kind for line in lines] == ["service_request.reported", "asset.registered"]
    assert lines[0].audience == "public"
    assert lines[0].actor == "public"
    kept = str(await fetchval("SELECT string_agg(data::text || actor, '') FROM history_line"))
    assert not [secret for secret in (words, PHONE, "王小明", "hash-of-an-address") if secret in kept]


async def test_the_public_page_knows_at_once(toilet: AssetRead, citizen: Act) -> None:
    await report_fault(toilet.id, report(), citizen)
    known = (await signals(toilet))["known"]
    assert [(one["category"], one["zh"], one["reporters"], one["state"]) for one in known] == [
        ("overflow", "堵塞、粪便外溢", 1, "reported")
    ]
    assert (await get_asset_by_id(toilet.id)).open_requests == 1


async def test_pressing_twice_is_one_report(toilet: AssetRead, citizen: Act, later: Callable) -> None:
    new = report(description="堵了", client="a")
    first, second = [await report_fault(toilet.id, new, later(citizen, seconds=n)) for n in (0, 30)]
    assert (second.number, second.token, second.repeated) == (first.number, first.token, True)
    assert await fetchval("SELECT count(*) FROM service_request") == 1
    assert (await signals(toilet))["known"][0]["reporters"] == 1


async def test_pressing_twice_at_the_same_instant_is_one_report(toilet: AssetRead, citizen: Act) -> None:
    new = report(description="堵了", client="a")
    made = await asyncio.gather(*(report_fault(toilet.id, new, citizen) for _ in range(6)))
    assert len({one.token for one in made}) == 1
    assert await fetchval("SELECT count(*) FROM service_request") == 1


async def test_a_double_counts_again_after_ten_minutes(toilet: AssetRead, citizen: Act, later: Callable) -> None:
    await report_fault(toilet.id, report(client="a"), citizen)
    again = await report_fault(toilet.id, report(client="a"), later(citizen, minutes=11))
    assert (again.repeated, again.merged) == (False, True)


async def test_somebody_else_joins_with_a_page_of_their_own(toilet: AssetRead, citizen: Act, later: Callable) -> None:
    first = await report_fault(toilet.id, report(client="a"), citizen)
    second = await report_fault(toilet.id, report(client="b"), later(citizen, minutes=1))
    assert second.merged
    assert second.token != first.token
    assert (await signals(toilet))["known"][0]["reporters"] == 2
    assert (await get_asset_by_id(toilet.id)).open_requests == 1, "one fault, two people"
    row = await fetchrow("SELECT * FROM service_request WHERE number = $1", second.number)
    assert (row["state"], row["merged_into_id"] is not None) == ("merged", True)
    joined = (await find_history(toilet.id, None)).items[0]
    assert joined.kind == "service_request.joined"
    assert first.number in joined.summary["en"]
    assert joined.data["category_key"] == "overflow"


def test_a_line_of_before_the_key_was_kept_reads_as_it_did() -> None:
    old = {"number": "SR-2026-00001", "category_zh": "停水", "category_en": "No water", "reporters": 3}
    told = sentence_of("service_request.joined", old, "en")
    assert told == "Reported again: No water, 3 people in all (SR-2026-00001)"


async def test_a_report_of_the_label_is_a_report_like_any_other(
    toilet: AssetRead, citizen: Act, later: Callable
) -> None:
    first = await report_fault(toilet.id, report("label_wrong", client="a"), citizen)
    second = await report_fault(toilet.id, report("label_wrong", client="b"), later(citizen, minutes=1))
    assert second.merged
    lines = (await find_history(toilet.id, None)).items
    told = {line.kind: line.data["category_key"] for line in lines if line.kind.startswith("service_request.")}
    assert told == {"service_request.reported": "label_wrong", "service_request.joined": "label_wrong"}
    row = await fetchrow("SELECT priority, due_at FROM service_request WHERE number = $1", first.number)
    assert (row["priority"], row["due_at"] > citizen.at) == ("P4", True)


@pytest.mark.parametrize("category", ["label_wrong", "label_damaged"])
async def test_of_a_retired_facility_the_label_alone_is_still_reported(
    toilet: AssetRead, citizen: Act, registrar: Act, dispatcher: Act, crew_id: int, category: str
) -> None:
    await retire_asset(toilet.code, "拆除", toilet.version, registrar)
    for other in ("overflow", "", "no_such_fault"):
        with pytest.raises(Refused) as refused:
            await report_fault(toilet.id, report(other), citizen)
        assert refused.value.code == "retired"
    made = await report_fault(toilet.id, report(category), citizen)
    sent = await dispatch_request(made.number, crew_id, "撕下来", dispatcher)
    assert sent.asset == toilet.code, "somebody can be sent to take it off"


async def test_many_people_at_once_are_one_fault(toilet: AssetRead, citizen: Act) -> None:
    await asyncio.gather(*(report_fault(toilet.id, report(client=str(n)), citizen) for n in range(7)))
    assert (await signals(toilet))["known"][0]["reporters"] == 7
    assert await fetchval("SELECT count(*) FROM service_request WHERE merged_into_id IS NULL") == 1
    numbers = [row["number"] for row in await fetch("SELECT number FROM service_request ORDER BY number")]
    assert numbers == [f"SR-2026-{n:05d}" for n in range(1, 8)]


async def test_another_fault_of_the_same_toilet_is_another_report(toilet: AssetRead, citizen: Act) -> None:
    await report_fault(toilet.id, report("overflow"), citizen)
    other = await report_fault(toilet.id, report("odour"), citizen)
    assert not other.merged
    assert (await get_asset_by_id(toilet.id)).open_requests == 2


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"category": ""}, "category", "category_needed"),
        ({"category": "nonsense"}, "category", "bad_category"),
        ({"description": "长" * 2001}, "description", "too_long"),
        ({"description": "a\0b"}, "description", "bad_text"),
        ({"phone": "call me"}, "phone", "bad_phone"),
        ({"phone": "<script>"}, "phone", "bad_phone"),
        ({"photos": [b"x"] * 5}, "photo", "too_many_photos"),
    ],
)
async def test_what_cannot_be_taken_is_named_by_field(
    toilet: AssetRead, citizen: Act, wrong: dict, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await report_fault(toilet.id, ReportCreate(**({"category": "overflow"} | wrong)), citizen)
    assert {name: error.code for name, error in refused.value.fields.items()} == {field: code}
    assert await fetchval("SELECT count(*) FROM service_request") == 0


@pytest.mark.parametrize("phone", ["", PHONE, "0577-8812 3456", "+86 138 0013 8000", "(0577)88123456", "88123456转802"])
async def test_phones_are_taken_as_people_write_them(toilet: AssetRead, citizen: Act, phone: str) -> None:
    made = await report_fault(toilet.id, report(phone=phone), citizen)
    kept = "SELECT c.phone FROM request_contact c JOIN service_request r ON r.id = c.request_id WHERE r.number = $1"
    assert await fetchval(kept, made.number) == phone


async def test_an_unknown_asset_is_not_found(database: str, citizen: Act) -> None:
    with pytest.raises(NotFound):
        await report_fault(4711, report(), citizen)


# ── photos ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_photos_are_kept_without_metadata_and_out_of_public_sight(
    toilet: AssetRead, citizen: Act, settings: Settings, picture: Callable
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone of a person"
    file = io.BytesIO()
    Image.new("RGB", (80, 60), "navy").save(file, "JPEG", exif=exif)
    await report_fault(toilet.id, report(photos=[file.getvalue(), picture()]), citizen)
    rows = await fetch("SELECT * FROM photo ORDER BY id")
    assert [(row["stage"], row["public"], row["width"]) for row in rows] == [
        ("report", False, 80),
        ("report", False, 64),
    ]
    assert b"Phone of a person" not in FileStore(settings.files_dir).read(rows[0]["file_key"])


@pytest.mark.parametrize("upload", [b"%PDF-1.7 not a photo", b"\xff\xd8\xff\xe0 cut off", b"", b"GIF89a" + b"\0" * 50])
async def test_a_bad_photo_refuses_the_report_and_keeps_nothing(
    toilet: AssetRead, citizen: Act, upload: bytes, picture: Callable
) -> None:
    with pytest.raises(Invalid) as refused:
        await report_fault(toilet.id, report(photos=[picture(), upload]), citizen)
    assert refused.value.code.startswith("photo")
    assert await fetchval("SELECT count(*) FROM service_request") == 0
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind LIKE 'service_request%'") == 0


# ── abuse ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "bait", [{"honeypot": "http://spam"}, {"description": "buy http://a.example and http://b.example now"}]
)
async def test_a_suspicious_report_is_held_and_answered_like_any_other(
    toilet: AssetRead, citizen: Act, bait: dict
) -> None:
    made = await report_fault(toilet.id, report(**bait), citizen)
    assert made.token
    row = await fetchrow("SELECT state, held FROM service_request WHERE number = $1", made.number)
    assert (row["state"], row["held"]) == ("reported", True)
    assert (await signals(toilet))["known"] == [], "nobody sees it before somebody looked"
    assert (await signals(toilet))["open_requests"] == 0
    line = (await find_history(toilet.id, None)).items[0]
    assert (line.kind, line.audience) == ("service_request.held", "staff")


async def test_a_flood_from_one_sender_is_held(toilet: AssetRead, citizen: Act) -> None:
    for n in range(8):
        await report_fault(toilet.id, report(description=str(n), client="one"), citizen)
    await report_fault(toilet.id, report(description="more", client="one"), citizen)
    assert [row["held"] for row in await fetch("SELECT held FROM service_request ORDER BY id")] == [False] * 8 + [True]
    other = await report_fault(toilet.id, report(description="more", client="two"), citizen)
    assert not await fetchval("SELECT held FROM service_request WHERE number = $1", other.number)


# ── second thoughts ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_withdrawing_takes_the_words_and_the_phone_along(
    toilet: AssetRead, citizen: Act, later: Callable
) -> None:
    made = await report_fault(toilet.id, report(description="x", phone=PHONE, lon=120.6, lat=28.0), citizen)
    await withdraw_request(made.token, later(citizen, hours=1))
    assert await fetchval("SELECT state FROM service_request") == "withdrawn"
    contact = await fetchrow("SELECT description, phone, lon, lat FROM request_contact")
    assert tuple(contact) == ("", "", None, None)
    assert (await signals(toilet))["known"] == []
    with pytest.raises(Refused):
        await withdraw_request(made.token, later(citizen, hours=2))


async def test_what_others_reported_too_cannot_be_withdrawn(toilet: AssetRead, citizen: Act) -> None:
    first = await report_fault(toilet.id, report(client="a"), citizen)
    second = await report_fault(toilet.id, report(client="b"), citizen)
    for token in (first.token, second.token):
        with pytest.raises(Refused):
            await withdraw_request(token, citizen)
    assert (await signals(toilet))["known"][0]["reporters"] == 2


async def test_a_foreign_token_leads_nowhere(toilet: AssetRead, citizen: Act) -> None:
    await report_fault(toilet.id, report(), citizen)
    with pytest.raises(NotFound):
        await withdraw_request("A" * 22, citizen)


@pytest.mark.parametrize("stars", ["0", "6", "", "five", "1e0"])
async def test_a_rating_is_one_to_five(toilet: AssetRead, citizen: Act, stars: str) -> None:
    made = await report_fault(toilet.id, report(), citizen)
    with pytest.raises(Invalid):
        await rate_request(made.token, stars, citizen)


async def test_unfinished_work_is_not_rated_by_anybody(toilet: AssetRead, citizen: Act) -> None:
    first = await report_fault(toilet.id, report(client="a"), citizen)
    second = await report_fault(toilet.id, report(client="b"), citizen)
    for token in (first.token, second.token):
        with pytest.raises(Refused):
            await rate_request(token, "5", citizen)
