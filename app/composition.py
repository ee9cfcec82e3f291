"""The whole program put together: rooms, dependencies, answers, and what starts and stops with it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from asyncpg.exceptions import DataError
from litestar import Litestar, Request, Router
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.template import TemplateConfig

from app.chores import CHORES
from app.database import prepare_database
from app.navigation import RailCounts
from app.pages import PAGES as APP_PAGES
from app.public.pages import PAGES as PUBLIC_PAGES
from app.rendering import PageEngine
from app.routes import ROUTES as APP_ROUTES
from app.sessions import principal_of
from app.web.answers import answer_fault, answer_http, answer_refusal, answer_unreadable
from app.web.api_docs import API_DOCS, OPENAPI
from app.web.files import FILES
from app.web.frame import Frame
from app.web.health import HEALTH
from app.web.idempotency import Idempotency
from app.web.logs import configure_logs
from app.web.salt import load_salt
from app.web.signing import act_of, introduce
from foundation.errors import FacilityError
from foundation.jobs import Apart, start_worker, stop_worker
from foundation.principals import Role
from foundation.settings import Settings, environment_of, use_settings
from labels.pages import PAGES as LABEL_PAGES
from labels.routes import ROUTES as LABEL_ROUTES
from labels.scans import start_scans, stop_scans
from maintenance.pages import PAGES as MAINTENANCE_PAGES
from maintenance.routes import ROUTES as MAINTENANCE_ROUTES
from registry.pages import PAGES as REGISTRY_PAGES
from registry.routes import ROUTES as REGISTRY_ROUTES
from scheduling.clock import start_clock, stop_clock
from scheduling.pages import PAGES as SCHEDULING_PAGES
from scheduling.routes import ROUTES as SCHEDULING_ROUTES

Clock = Callable[[], datetime]
# What runs one background job in a process of its own; it imports this module, for every room's kinds of jobs.
JOB_COMMAND: Final = (sys.executable, "-m", "app.job_process")


def utc_now() -> datetime:
    """The wall clock; tests give another."""
    return datetime.now(UTC)


def build_app(
    settings: Settings, *, clock: Clock = utc_now, with_clock: bool = True, own_database: bool = True
) -> Frame:
    """The ASGI application. ``own_database=False`` leaves opening and migrating the database to the caller."""
    use_settings(settings)
    configure_logs(settings.log_level)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if own_database:
                await stack.enter_async_context(prepare_database(settings))
            await load_salt()
            await start_scans()
            stack.push_async_callback(stop_scans)
            await start_worker(principal_of, Apart(JOB_COMMAND, environment_of(settings)))
            stack.push_async_callback(stop_worker)
            if with_clock:
                await start_clock(settings, CHORES)
                stack.push_async_callback(stop_clock)
            yield

    return Frame(Idempotency(Litestar.from_config(_config(settings, clock, lifespan)), clock), settings)


def _config(settings: Settings, clock: Clock, lifespan: Any) -> AppConfig:
    routes = [*REGISTRY_ROUTES, *MAINTENANCE_ROUTES, *SCHEDULING_ROUTES, *LABEL_ROUTES, *APP_ROUTES]
    pages = [
        *REGISTRY_PAGES, *MAINTENANCE_PAGES, *SCHEDULING_PAGES, *LABEL_PAGES, *APP_PAGES, *PUBLIC_PAGES,
        *FILES, *HEALTH, *API_DOCS,
    ]  # fmt: skip
    return AppConfig(
        route_handlers=[*routes, Router("/", route_handlers=list(pages), include_in_schema=False)],
        dependencies={"act": Provide(_provide_act, sync_to_thread=False)},
        before_request=_before,
        after_response=_after,
        exception_handlers={
            FacilityError: answer_refusal,
            HTTPException: answer_http,
            DataError: answer_unreadable,
            Exception: answer_fault,
        },
        lifespan=[lifespan],
        openapi_config=OPENAPI,
        template_config=TemplateConfig(instance=PageEngine()),
        state=State({"clock": clock, "settings": settings, "rail": RailCounts()}),
        request_max_body_size=None,  # the frame counts, and says so in a sentence
        debug=False,
        pdb_on_exception=False,
    )


def _provide_act(request: Request[Any, Any, Any]) -> Any:
    return act_of(request)


_FOR_STAFF: Final = ("/desk/", "/crew/")


async def _before(request: Request[Any, Any, Any]) -> None:
    await introduce(request)
    act = act_of(request)
    if request.scope["path"].startswith(_FOR_STAFF):
        # Before anything is read of what was sent: a form that comes back shows the page that it belongs to.
        act.require_staff()
    if request.scope["path"].startswith("/desk") and act.principal.holds(*Role):
        rail = request.app.state["rail"]
        counts = await rail.read(act.at) if request.method == "GET" else rail.last
        scope: Any = request.scope  # ours stands beside ASGI's own
        scope["nav_counts"] = counts


async def _after(request: Request[Any, Any, Any]) -> None:
    if request.method != "GET":
        request.app.state["rail"].forget()
