"""The database is what the classes say, history is never rewritten, and whoever changes something says who acts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from litestar import Litestar
from piccolo.conf.apps import table_finder
from piccolo.table import Table

from app.composition import build_app
from foundation.act import system_act
from foundation.database import execute, execute_script, fetch, transaction
from foundation.database.drift import table_differences
from foundation.settings import Settings
from registry.events import AssetRetired
from registry.history import DISTRICT, record, verify

ROOMS = ("registry", "maintenance", "scheduling", "labels")
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}

# Whoever holds a session may end it, also with an account that has just been disabled: nobody needs to be introduced.
WITHOUT_ACT = {"/sign-out"}

# Parts of an upper verb, called inside its transaction; the verb's own history line names who acts. Where a label was
# seen is noted without anybody's name on purpose.
PARTS_OF_VERBS = {"write_signals", "write_signals_many", "hear_completions", "note_sighting"}


def _tables() -> list[type[Table]]:
    rooms = ("foundation", *ROOMS, "app")
    found = {
        table for room in rooms for table in table_finder([f"{room}.tables"])
    }  # a foreign key brings others' along
    return sorted(found, key=lambda table: table._meta.tablename)


def _whole_app() -> Litestar:
    inner: Any = build_app(Settings(data_dir=Path("/nonexistent")), own_database=False, with_clock=False)
    while not isinstance(inner, Litestar):
        inner = inner.app
    return inner


def _changing_handlers() -> Iterator[tuple[str, Callable[..., Any]]]:
    for route in _whole_app().routes:
        for handler in getattr(route, "route_handlers", ()):
            if CHANGING & set(handler.http_methods):
                yield route.path, handler.fn


def _verbs() -> Iterator[tuple[str, Callable[..., Any]]]:
    for room in ROOMS:
        service = import_module(f"{room}.service")
        for name in service.__all__:
            if inspect.iscoroutinefunction(getattr(service, name)):
                yield name, getattr(service, name)


def test_every_room_has_tables() -> None:
    assert {table.__module__.split(".")[0] for table in _tables()} == {"foundation", *ROOMS, "app"}


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_the_classes_say_what_the_migrations_built() -> None:
    assert await table_differences(_tables()) == []


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_the_comparison_sees_a_column_that_differs() -> None:
    await execute_script("ALTER TABLE crew ADD COLUMN stray text; ALTER TABLE asset ALTER COLUMN name DROP NOT NULL")
    assert await table_differences(_tables()) == [
        "asset.name: the class says text NOT NULL, the database text NULL",
        "crew.stray: the class says nothing, the database text NULL",
    ]


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history_line SET actor = 'somebody else'",
        "DELETE FROM history_line",
        "TRUNCATE history_line",
        "DELETE FROM history_head",
        "TRUNCATE history_head",
    ],
)
async def test_history_is_append_only(sql: str) -> None:
    async with transaction():
        await record(DISTRICT, AssetRetired(reason="test"), system_act())
    before = await fetch("SELECT * FROM history_line")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await execute(sql)
    assert await fetch("SELECT * FROM history_line") == before
    assert (await verify()).broken == []


def test_every_changing_handler_takes_the_act() -> None:
    handlers = list(_changing_handlers())
    assert len(handlers) > 30
    without = {path for path, handler in handlers if "act" not in inspect.signature(handler).parameters}
    assert without == WITHOUT_ACT


def test_every_verb_takes_the_act_last() -> None:
    verbs = dict(_verbs())
    assert len(verbs) > 30
    wrong = [name for name, verb in verbs.items() if not _act_is_last(verb) and name not in PARTS_OF_VERBS]
    assert wrong == []
    assert verbs.keys() >= PARTS_OF_VERBS


def _act_is_last(verb: Callable[..., Any]) -> bool:
    """Whether nothing but parameters with a default follows the act, or the act is given by name."""
    names = list(inspect.signature(verb).parameters.values())
    place = next((number for number, parameter in enumerate(names) if parameter.name == "act"), None)
    if place is None:
        return False
    return names[place].kind is inspect.Parameter.KEYWORD_ONLY or all(
        after.default is not inspect.Parameter.empty or after.kind is inspect.Parameter.KEYWORD_ONLY
        for after in names[place + 1 :]
    )
