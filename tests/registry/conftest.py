"""A small district on record: who may do what, assets of every kind, and the program over them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import GrantWanted, add_token, create_account, passwords
from app.composition import build_app
from app.web.frame import Frame
from foundation import settings as settings_module
from foundation.act import Act, public_act, system_act
from foundation.database.engine import FacilityEngine
from foundation.principals import Grant, Place, Principal, Role
from foundation.settings import Settings
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
STREET = "五马街道"
_CSRF = re.compile(r'name="_csrf" value="([^"]+)"')


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def act_as() -> Callable[..., Act]:
    """The act of somebody with one role, in a scope where one is given."""

    def make(role: Role | None = None, place: Place | None = None, at: datetime = NOW) -> Act:
        if role is None:
            return public_act(at, "en")
        streets = frozenset({place.street}) if place and place.street else frozenset()
        grant = Grant(role, place.organisation_id if place else None, streets)
        return Act(Principal(f"{role} 1", 1, (grant,)), at, "en")

    return make


@pytest.fixture(scope="session")
def registrar(act_as: Callable[..., Act]) -> Act:
    return act_as(Role.REGISTRAR)


@pytest.fixture
def add(database: str, registrar: Act) -> Callable[..., Awaitable[AssetRead]]:
    """Registers a public toilet with whatever is said otherwise."""

    async def make(name: str = "世纪广场东公厕", **values: Any) -> AssetRead:
        given = {"kind": "public_toilet", "street": STREET, "address": "府前街12号", "lon": 120.65, "lat": 28.01}
        return await register_asset(AssetCreate(name=name, **(given | values)), registrar)

    return make


class Statements:
    """Every statement that was sent to the database while it was watched."""

    def __init__(self) -> None:
        self.sent: list[str] = []


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Counts what goes through the one door to the database."""
    seen = Statements()
    through = FacilityEngine.with_connection

    async def watched(self: FacilityEngine, work: Any, *, reading: str = "") -> Any:
        seen.sent.append(reading)
        return await through(self, work, reading=reading)

    monkeypatch.setattr(FacilityEngine, "with_connection", watched)
    return seen


@pytest.fixture
def program(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Frame]:
    """The whole program on this database, its clock standing still."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    passwords._nobody.cache_clear()
    before = list(settings_module._current)
    settings = Settings(data_dir=tmp_path, public_url="https://district.test")
    yield build_app(settings, clock=lambda: NOW, with_clock=False, own_database=False)
    settings_module._current[:] = before


class Desk(httpx.AsyncClient):
    """A browser that keeps its cookies and sends forms as our pages would."""

    def __init__(self, app: Frame, **options: Any) -> None:
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 4711))
        super().__init__(transport=transport, base_url="http://district.test", **options)

    async def send_form(self, path: str, fields: dict[str, Any], **options: Any) -> httpx.Response:
        """Send a form with the token of this session."""
        found = _CSRF.search((await self.get("/account")).text)
        assert found, "not signed in"
        return await self.post(path, data={"_csrf": found[1], **fields}, **options)


@pytest.fixture
async def desk(program: Frame) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """A browser signed in with the roles or grants given, reading English."""
    opened: list[Desk] = []

    async def enter(*roles: Role | GrantWanted, lang: str = "en") -> Desk:
        one = Desk(program, headers={"accept-language": lang})
        opened.append(one)
        if roles:
            name = f"person{len(opened)}"
            grants = [role if isinstance(role, GrantWanted) else GrantWanted(role) for role in roles]
            await create_account(name, grants, system_act(NOW), password="three brown horses")
            signed = await one.post("/sign-in", data={"name": name, "password": "three brown horses"})
            assert signed.status_code == 303
        return one

    yield enter
    for one in opened:
        await one.aclose()


@pytest.fixture
async def api(program: Frame) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """A client of the JSON API with a token of the role, or without any."""
    opened: list[httpx.AsyncClient] = []

    async def enter(role: Role | None = Role.REGISTRAR, lang: str = "en") -> httpx.AsyncClient:
        headers = {"accept-language": lang}
        if role is not None:
            token = await add_token(f"machine {len(opened)}", role, system_act(NOW))
            headers["authorization"] = f"Bearer {token}"
        one = httpx.AsyncClient(transport=httpx.ASGITransport(program), base_url="http://x", headers=headers)
        opened.append(one)
        return one

    yield enter
    for one in opened:
        await one.aclose()


@pytest.fixture(scope="session")
def later() -> Callable[[Act, datetime], Act]:
    """The same person at another time."""
    return lambda act, at: replace(act, at=at)
