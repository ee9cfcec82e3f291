"""What the JSON API offers: the OpenAPI document, and a page that reads it with files of our own."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.response import Template

from app.web.openapi import complete

# Litestar brings pages of its own that load from other hosts and speak English; they stand aside under this path.
_ASIDE: Final = "/api/description"

OPENAPI: Final = OpenAPIConfig(
    title="Facility Registry",
    version="1",
    path=_ASIDE,
    components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    security=[{"bearer": []}],
)


@get("/api/openapi.json", include_in_schema=False)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The description of the JSON API, OpenAPI 3.1."""
    kept: dict[str, bytes] = request.app.state.setdefault("openapi", {})
    if "json" not in kept:
        kept["json"] = msgspec.json.encode(complete(request.app.openapi_schema.to_schema()))
    return Response(kept["json"], media_type="application/json")


@get("/api/docs", include_in_schema=False)
async def api_docs() -> Template:
    """The same to read and to try out."""
    return Template("app/api_docs.html")


API_DOCS = [openapi_json, api_docs]
