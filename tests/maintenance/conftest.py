"""A small district at work: a dispatcher, two crews, an inspector, citizens, and a toilet to go wrong."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image

from foundation import settings as settings_module
from foundation.act import Act, public_act
from foundation.principals import Grant, Principal, Role
from foundation.settings import Settings, load_settings, use_settings
from maintenance.pages import PAGES
from maintenance.routes import ROUTES
from maintenance.schemas import OrderDeed, OrderRead, ReportCreate, Reported
from maintenance.service import act_on_order, act_on_request, register_crew, report_fault
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset
from tests.web import room_client

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in the district
STREET = "五马街道"


def _act(name: str, account_id: int, *grants: Grant, crews: frozenset[int] = frozenset()) -> Act:
    return Act(Principal(name, account_id, grants, crews), NOW, "en")


@pytest.fixture(scope="session")
def later() -> Callable[..., Act]:
    """The same person, some time on."""

    def after(act: Act, **by: float) -> Act:
        return replace(act, at=act.at + timedelta(**by))

    return after


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """A small JPEG, as a phone would send it."""

    def take(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
        file = io.BytesIO()
        Image.new("RGB", size, colour).save(file, "JPEG")
        return file.getvalue()

    return take


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Files go to a folder of this test."""
    mine = load_settings({"FACILITY_DATA_DIR": str(tmp_path)})
    before = list(settings_module._current)
    use_settings(mine)
    yield mine
    settings_module._current[:] = before


@pytest.fixture
def citizen() -> Act:
    """Nobody signed in."""
    return public_act(NOW, "en")


@pytest.fixture
def registrar() -> Act:
    """Registers assets; has no say in orders."""
    return _act("registrar 1", 1, Grant(Role.REGISTRAR))


@pytest.fixture
def dispatcher() -> Act:
    """Files, assigns, closes and cancels in the whole district."""
    return _act("dispatcher 2", 2, Grant(Role.DISPATCHER))


@pytest.fixture
def far_dispatcher() -> Act:
    """A dispatcher of another street."""
    return _act("dispatcher 3", 3, Grant(Role.DISPATCHER, streets=frozenset({"南汇街道"})))


@pytest.fixture
def inspector() -> Act:
    """Checks other people's work."""
    return _act("inspector 4", 4, Grant(Role.INSPECTOR))


@pytest.fixture
def administrator() -> Act:
    """Runs the program; has no say in orders by that alone."""
    return _act("administrator 9", 9, Grant(Role.ADMINISTRATOR))


@pytest.fixture
def add_asset(database: str, registrar: Act) -> Callable[..., Awaitable[AssetRead]]:
    """Registers a public toilet with whatever is said otherwise."""

    async def add(name: str = "解放路公厕", **values: object) -> AssetRead:
        given = {"kind": "public_toilet", "street": STREET, "address": "府前街12号"} | values
        return await register_asset(AssetCreate(name=name, **given), registrar)

    return add


@pytest.fixture
async def toilet(add_asset: Callable[..., Awaitable[AssetRead]]) -> AssetRead:
    """The toilet in question."""
    return await add_asset()


@pytest.fixture
async def crew_id(database: str, dispatcher: Act) -> int:
    """The crew that goes out."""
    return await register_crew("三队", dispatcher, name_en="Crew 3")


@pytest.fixture
async def crew(crew_id: int) -> Act:
    """A member of that crew."""
    return _act("crew 5", 5, Grant(Role.CREW), crews=frozenset({crew_id}))


@pytest.fixture
async def mate(crew_id: int) -> Act:
    """Another member of that crew, who may also inspect."""
    return _act("crew 6", 6, Grant(Role.CREW), Grant(Role.INSPECTOR), crews=frozenset({crew_id}))


@pytest.fixture
async def other_crew(database: str, dispatcher: Act) -> Act:
    """A member of another crew."""
    return _act(
        "crew 7", 7, Grant(Role.CREW), crews=frozenset({await register_crew("一队", dispatcher, name_en="Crew 1")})
    )


@pytest.fixture
async def filed(toilet: AssetRead, citizen: Act, dispatcher: Act) -> Reported:
    """A citizen's report, filed by the dispatcher."""
    made = await report_fault(toilet.id, ReportCreate(category="overflow", description="二号厕位"), citizen)
    await act_on_request(made.number, "file", dispatcher)
    return made


@pytest.fixture
def walk(
    crew_id: int, crew: Act, dispatcher: Act, inspector: Act, picture: Callable[..., bytes]
) -> Callable[..., Awaitable[OrderRead]]:
    """Takes an order through its life, action by action, by whoever does it."""
    deeds = {
        "assign": (dispatcher, OrderDeed(crew_id=crew_id)),
        "complete": (crew, OrderDeed(photos=[picture()])),
        "verify": (inspector, OrderDeed()),
        "reject": (inspector, OrderDeed(reason="not clean")),
        "close": (dispatcher, OrderDeed()),
        "cancel": (dispatcher, OrderDeed(reason="a mistake")),
    }

    async def along(number: str, *actions: str) -> OrderRead:
        order = None
        for action in actions:
            act, deed = deeds.get(action, (crew, OrderDeed(reason="for a reason")))
            order = await act_on_order(number, action, deed, act)
        assert order is not None
        return order

    return along


@pytest.fixture(scope="session")
def report_of() -> Callable[..., ReportCreate]:
    """A report of this category, with whatever else is said."""
    return lambda category="overflow", **values: ReportCreate(category=category, **values)


@pytest.fixture
def people(
    crew: Act, other_crew: Act, inspector: Act, administrator: Act, far_dispatcher: Act, dispatcher: Act, registrar: Act
) -> dict[str, Act]:
    """Everybody by name."""
    return {
        "crew": crew, "other_crew": other_crew, "inspector": inspector, "administrator": administrator,
        "far_dispatcher": far_dispatcher, "dispatcher": dispatcher, "registrar": registrar,
    }  # fmt: skip


@pytest.fixture
async def web(people: dict[str, Act], mate: Act) -> AsyncIterator[httpx.AsyncClient]:
    """The room's routes and pages behind a stand-in for the sign-in: the header ``who`` names the person."""
    async with room_client([*ROUTES, *PAGES], people | {"mate": mate}, who="dispatcher", lang="en") as client:
        yield client
