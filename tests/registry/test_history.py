"""Service history: appended only, chained, and readable for ever."""

from __future__ import annotations

import asyncio
import importlib
import string
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from foundation.act import system_act
from foundation.database import execute, execute_script, fetch, fetchval, transaction
from foundation.errors import Forbidden, Invalid, NotSignedIn
from foundation.principals import Role
from registry.events import AssetChanged, AssetReinstated, AssetRetired, ConditionRated
from registry.history import (
    DISTRICT,
    KINDS,
    BrokenLine,
    HistoryEvent,
    kind,
    record,
    record_many,
    record_past,
    sentence_of,
    summary_of,
    verify,
)
from registry.queries import find_district_history, find_history

pytestmark = pytest.mark.anyio


async def write(act, stream: int, *reasons: str) -> None:
    async with transaction():
        await record_many([(stream, AssetRetired(reason=reason)) for reason in reasons], act)


async def tamper(sql: str) -> None:
    """What somebody with the keys of the database could do."""
    await execute_script(
        "ALTER TABLE history_line DISABLE TRIGGER USER; ALTER TABLE history_head DISABLE TRIGGER USER;"
        f"{sql};"
        "ALTER TABLE history_line ENABLE TRIGGER USER; ALTER TABLE history_head ENABLE TRIGGER USER;"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history_line SET actor = 'nobody'",
        "UPDATE history_line SET seq = seq WHERE false",
        "DELETE FROM history_line WHERE seq = 1",
        "TRUNCATE history_line",
        "DELETE FROM history_head",
        "TRUNCATE history_head",
    ],
)
async def test_what_is_written_stays(database, registrar, sql) -> None:
    await write(registrar, 7, "一", "二")
    if "WHERE false" in sql:
        assert await execute(sql) == 0
    else:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await execute(sql)
    assert await fetchval("SELECT count(*) FROM history_line") == 2
    assert (await verify()).broken == []


async def test_a_chain_that_nobody_touched_is_whole(database, registrar) -> None:
    await write(registrar, 7, "一", "二", "三")
    await write(registrar, 8, "甲")
    await write(registrar, DISTRICT, "区")
    found = await verify()
    assert (found.streams, found.lines, found.broken) == (3, 5, [])
    rows = await fetch("SELECT seq, hash FROM history_line WHERE stream = 7 ORDER BY seq")
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert len({bytes(row["hash"]) for row in rows}) == 3


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE history_line SET data = '{\"reason\": \"别的\"}' WHERE seq = 2", {2}),
        ("UPDATE history_line SET actor = 'nobody' WHERE seq = 2", {2}),
        ("UPDATE history_line SET at = at + interval '1 microsecond' WHERE seq = 2", {2}),
        ("UPDATE history_line SET audience = 'staff' WHERE seq = 2", {2}),
        ("UPDATE history_line SET kind = 'asset.changed' WHERE seq = 2", {2}),
        ("UPDATE history_line SET stream = 9 WHERE seq = 3", {3}),
        ("UPDATE history_line SET hash = sha256('x') WHERE seq = 2", {2, 3}),
        ("DELETE FROM history_line WHERE seq = 2", {3}),
        ("DELETE FROM history_line WHERE seq = 1", {2}),
        ("DELETE FROM history_line WHERE seq = 3", {3}),
        ("DELETE FROM history_line WHERE seq > 1", {3}),
        ("DELETE FROM history_line", {3}),
        ("DELETE FROM history_head", {3}),
        ("UPDATE history_head SET seq = 2", {2, 3}),
        (
            "INSERT INTO history_line (stream, seq, at, kind, audience, actor, data, hash)"
            " SELECT stream, 4, at, kind, audience, actor, data,"
            " history_hash(hash, stream, 4, at, kind, audience, actor, data) FROM history_line WHERE seq = 3",
            {4},
        ),
        ("UPDATE history_line SET seq = 9 WHERE seq = 1; UPDATE history_line SET seq = 1 WHERE seq = 2;"
         "UPDATE history_line SET seq = 2 WHERE seq = 9", {1, 2, 3}),
    ],
)  # fmt: skip
async def test_every_forgery_shows(database, registrar, sql, broken) -> None:
    await write(registrar, 7, "一", "二", "三")
    await tamper(sql)
    found = (await verify()).broken
    assert {line.seq for line in found} >= broken
    assert all(isinstance(line, BrokenLine) for line in found)


async def test_writers_of_one_stream_wait_for_each_other(database, registrar) -> None:
    await asyncio.gather(*(write(registrar, 7, f"{n}") for n in range(12)))
    rows = await fetch("SELECT seq FROM history_line ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, 13))
    assert (await verify()).broken == []


async def test_batches_in_opposite_order_do_not_deadlock(database, registrar) -> None:
    streams = list(range(1, 40))

    async def batch(order: list[int]) -> None:
        async with transaction():
            await record_many([(stream, AssetReinstated()) for stream in order], registrar)

    for _ in range(4):
        await asyncio.gather(batch(streams), batch(streams[::-1]), batch(streams[20:] + streams[:20]))
    assert await fetchval("SELECT count(*) FROM history_line") == 12 * len(streams)
    assert (await verify()).broken == []


async def test_a_verb_that_fails_leaves_no_line(database, registrar) -> None:
    async def fail() -> None:
        async with transaction():
            await record(7, AssetReinstated(), registrar)
            raise Invalid("no")

    with pytest.raises(Invalid):
        await fail()
    assert await fetchval("SELECT count(*) FROM history_line") == 0
    assert await fetchval("SELECT count(*) FROM history_head") == 0


async def test_history_is_written_by_verbs_only(database, registrar) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        await record(7, AssetReinstated(), registrar)


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.ADMINISTRATOR)])
async def test_nobody_dates_back_in_daily_work(database, act_as, now, role) -> None:
    with pytest.raises(NotSignedIn if role is None else Forbidden):
        async with transaction():
            await record_past([(7, AssetReinstated(), now - timedelta(days=9), "old system")], act_as(role))
    assert await fetchval("SELECT count(*) FROM history_line") == 0


async def test_an_older_log_is_taken_over_in_its_own_order(database, act_as, now) -> None:
    old = now - timedelta(days=400)
    lines = [(7, AssetRetired(reason=f"{n}"), old + timedelta(days=n), "老系统") for n in (3, 1, 2)]
    async with transaction():
        await record_past(lines, act_as(Role.ADMINISTRATOR))
        await record_past([(8, AssetReinstated(), old, "老系统")], system_act(now))
    page = await find_history(7)
    assert [line.data["reason"] for line in page.items] == ["3", "2", "1"]
    assert {line.actor for line in page.items} == {"老系统"}
    assert page.items[0].at == old + timedelta(days=3)
    assert (await verify()).broken == []


def test_a_kind_is_registered_once_and_well_named() -> None:
    for name in ("asset.retired", "retired", "Asset.Done", "asset.", "asset.done!", ""):
        with pytest.raises(ValueError, match="malformed or registered twice"):
            kind(name, zh="字", en="word")
    assert KINDS["asset.retired"] is AssetRetired


def test_sentences_in_both_languages() -> None:
    assert summary_of("asset.condition_rated", {"condition": 2, "before": 4}) == {
        "zh": "状况评定为 2 级",
        "en": "Condition rated 2 of 5",
    }
    changed = msgspec.to_builtins(AssetChanged(fields=["name", "street"]))
    assert sentence_of("asset.changed", changed, "en") == "Record changed: Name, Street"
    assert sentence_of("asset.changed", changed, "zh-CN") == "资料更正：名称、街道"


def test_a_pair_of_texts_makes_one_placeholder() -> None:
    class Pair(HistoryEvent, frozen=True):
        what_zh: str
        what_en: str = ""

    Pair.zh, Pair.en = "做了{what}", "Did {what}"
    assert Pair(what_zh="保洁", what_en="cleaning").sentence("en") == "Did cleaning"
    assert Pair(what_zh="保洁").sentence("en") == "Did 保洁"
    assert Pair(what_zh="保洁", what_en="cleaning").sentence("zh-CN") == "做了保洁"


def test_what_is_unknown_or_unreadable_shows_its_name() -> None:
    assert sentence_of("tree.felled", {"x": 1}, "en") == "tree.felled"
    assert sentence_of("asset.retired", {"cause": "of an older version"}, "zh-CN") == "asset.retired"
    assert sentence_of("asset.retired", {"reason": "old", "more": 1}, "en") == "Retired: old"


def test_every_sentence_of_every_room_can_be_filled_in() -> None:
    for room in ("registry", "maintenance", "scheduling", "labels", "app"):
        importlib.import_module(f"{room}.events")
    for name, cls in KINDS.items():
        fields = {field.name for field in msgspec.structs.fields(cls)}
        known = fields | {field.rpartition("_")[0] for field in fields if field.endswith(("_zh", "_en"))}
        if cls.words is HistoryEvent.words:
            for text in (cls.zh, cls.en):
                used = {part[1] for part in string.Formatter().parse(text) if part[1]}
                assert used <= known, name
        assert all((cls.zh, cls.en, cls.__doc__)), name


async def test_a_page_of_history_newest_first_and_what_citizens_see(database, registrar) -> None:
    async with transaction():
        for n in range(1, 6):
            await record(7, ConditionRated(condition=n), registrar)
            await record(7, AssetChanged(fields=["name"]), registrar)
    first = await find_history(7, limit=4)
    assert [line.seq for line in first.items] == [10, 9, 8, 7]
    rest = await find_history(7, cursor=first.next, limit=500)
    assert [line.seq for line in rest.items] == [6, 5, 4, 3, 2, 1]
    assert rest.next is None
    public = await find_history(7, "public", limit=3)
    assert [line.seq for line in public.items] == [9, 7, 5]
    assert {line.kind for line in public.items} == {"asset.condition_rated"}
    assert (await find_history(7, "public", public.next)).items[-1].seq == 1
    assert (await find_district_history()).items == []


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_a_page_has_bounds(database, limit) -> None:
    with pytest.raises(Invalid):
        await find_history(7, limit=limit)
