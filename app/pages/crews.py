"""The crews of the district, beside its accounts: put on record here, filled with people on each account's page."""

from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from app.pages.accounts import account_list
from foundation.act import Act
from foundation.errors import Invalid
from maintenance.service import register_crew

_Request = Request[Any, Any, Any]


@post("/desk/accounts/crews")
async def crew_deed(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Put a crew on record."""
    typed = await request.form()
    kept = {name: str(typed.get(name, "")).strip() for name in ("crew_name", "crew_name_en")}
    try:
        await register_crew(kept["crew_name"], act, name_en=kept["crew_name_en"])
    except Invalid as error:
        return await account_list(act, kept, crew_error=error)
    return Redirect("/desk/accounts?notice=created", status_code=303)


CREW_PAGES = [crew_deed]
