"""The crew's scanner: a label in front of the camera leads to its page."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from app.web.frame import content_policy
from foundation.act import Act
from foundation.settings import current_settings


@get("/crew/scan")
async def scan_page(act: NamedDependency[Act]) -> Template:
    """The camera, and a field for the code. This page alone may run WebAssembly: the decoder is made of it."""
    act.require_staff()
    return Template(
        "app/scan.html",
        context={"public_url": current_settings().public_url, "back_href": "/crew"},
        headers={"Content-Security-Policy": content_policy(wasm=True)},
    )


SCAN_PAGES = [scan_page]
