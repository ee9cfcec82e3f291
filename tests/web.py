"""One room's pages and routes, without the rest of the program around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.template import TemplateConfig

from app.rendering import PageEngine
from foundation.act import Act, public_act
from foundation.errors import FacilityError
from foundation.statuses import status_of
from foundation.translation import Lang


@asynccontextmanager
async def room_client(
    handlers: Sequence[Any], people: Mapping[str, Act], *, who: str, lang: Lang = "zh-CN"
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of these handlers behind a stand-in for the sign-in.

    The header ``who`` names one of the people, anything else nobody; ``accept-language: en`` speaks English. A refusal
    no page catches comes as JSON: its code, its sentence in English and those of its fields.
    """
    at = people[who].at

    async def act(request: Request[Any, Any, Any]) -> Act:
        person = people.get(request.headers.get("who", ""), public_act(at))
        lang: Lang = "en" if request.headers.get("accept-language") == "en" else "zh-CN"
        spoken = replace(person, lang=lang, idempotency_key=request.headers.get("idempotency-key"))
        request.scope["act"] = spoken
        return spoken

    def answer(_: Request[Any, Any, Any], error: FacilityError) -> Response[dict[str, Any]]:
        fields = {name: wrong.message("en") for name, wrong in error.fields.items()}
        content = {"code": error.code, "detail": error.message("en"), "fields": fields}
        return Response(content, status_code=status_of(error))

    app = Litestar(
        handlers,
        dependencies={"act": Provide(act)},
        exception_handlers={FacilityError: answer},
        template_config=TemplateConfig(instance=PageEngine()),
        openapi_config=None,
    )
    headers = {"who": who, "accept-language": lang}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x", headers=headers) as client:
        yield client
