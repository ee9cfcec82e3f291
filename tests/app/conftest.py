"""The whole program against a real database, without a socket; browsers that keep cookies; a clock that can be set."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import GrantWanted, add_token, create_account, passwords
from app.composition import build_app
from app.web.frame import Frame
from foundation.act import system_act
from foundation.principals import Role
from foundation.settings import Settings, use_settings

PASSWORD = "three brown horses"
_CSRF = re.compile(r'name="_csrf" value="([^"]+)"')


class SetClock:
    """The program's clock, set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies and sends the forms of the pages it has read."""

    def __init__(self, app: Frame, **options: Any) -> None:
        peer = (options.pop("peer", "203.0.113.7"), 4711)
        base = options.pop("base_url", "http://district.test")
        super().__init__(transport=httpx.ASGITransport(app, client=peer), base_url=base, **options)

    async def csrf(self) -> str:
        """The token the forms of this session carry."""
        found = _CSRF.search((await self.get("/account")).text)
        assert found, "not signed in"
        return found[1]

    async def send_form(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form as our own page would."""
        return await self.post(path, data={"_csrf": await self.csrf(), **fields})

    async def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Fill in the sign-in form."""
        return await self.post("/sign-in", data={"name": name, "password": password, **fields})

    def token(self) -> str:
        """The session's token."""
        return self.cookies.get("session") or self.cookies.get("__Host-session") or ""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, public_url="https://district.test", trusted_proxies="10.0.0.0/8")


@pytest.fixture
def program(database: str, settings: Settings, clock: SetClock) -> Iterator[Frame]:
    """The program, its database open."""
    yield build_app(settings, clock=clock, with_clock=False, own_database=False)
    use_settings(settings)


@pytest.fixture
def browser(program: Frame) -> Callable[..., Browser]:
    """Opens a fresh browser."""
    return lambda **options: Browser(program, **options)


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with less work, so that a hundred sign-ins take no minute."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def add_account(program: Frame, clock: SetClock) -> Callable[..., Awaitable[int]]:
    """Creates an account with the roles or grants given."""

    async def add(name: str, *roles: Role | GrantWanted, password: str | None = PASSWORD) -> int:
        grants = [role if isinstance(role, GrantWanted) else GrantWanted(role) for role in roles]
        return await create_account(name, grants, system_act(clock.now), password=password)

    return add


@pytest.fixture
def signed_in(add_account: Callable[..., Awaitable[int]], browser: Callable[..., Browser]) -> Any:
    """A browser signed in with the roles or grants given."""

    async def enter(name: str, *roles: Role | GrantWanted, **options: Any) -> Browser:
        await add_account(name, *roles)
        one = browser(**options)
        assert (await one.sign_in(name)).status_code == 303
        return one

    return enter


@pytest.fixture
def bearer(program: Frame, clock: SetClock) -> Callable[..., Awaitable[dict[str, str]]]:
    """The header of an API token with a role."""

    async def make(role: Role, name: str = "machine") -> dict[str, str]:
        return {"Authorization": "Bearer " + await add_token(name, role, system_act(clock.now))}

    return make
