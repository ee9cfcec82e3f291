"""The desk's first page: what to do next."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from app.pages.overview import overview
from foundation.act import Act

_Request = Request[Any, Any, Any]


@get("/desk")
async def desk_page(request: _Request, act: NamedDependency[Act]) -> Template:
    """What waits, each as a link into its list; an empty district is told how to begin."""
    act.require_staff()
    found = await overview(act)
    scope: Any = request.scope  # ours stands beside ASGI's own
    scope["nav_counts"] = found.pop("nav_counts")
    return Template("app/desk.html", context=found)


DESK_PAGES = [desk_page]
