"""The administrator's pages: who may sign in, with which roles and where."""

from typing import Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from app.accounts import (
    AccountRead,
    GrantRead,
    GrantWanted,
    create_account,
    disable_account,
    enable_account,
    find_accounts,
    get_account,
    make_reset_link,
    set_crews,
    set_grants,
)
from app.pages.words import ROLE_HINTS, ROLE_WORDS
from foundation.act import Act
from foundation.errors import Conflict, FacilityError, Invalid, Refused
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from maintenance.queries import find_crews
from registry.queries import find_organisations, find_streets

_Request = Request[Any, Any, Any]
_LONGEST_ID: Final = 16


@get("/desk/accounts")
async def accounts_page(act: NamedDependency[Act]) -> Template:
    """All accounts, and the form for a new one."""
    act.require(Role.ADMINISTRATOR)
    return await account_list(act, {})


@post("/desk/accounts")
async def create_deed(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Create an account; its password is set by a link."""
    typed = await request.form()
    kept = {name: str(typed.get(name, "")) for name in ("name", "display_name", "organisation_id")}
    lists = {"role": _many(typed, "role"), "streets": _many(typed, "streets")}
    try:
        grants = [_grant(role, kept["organisation_id"], lists["streets"]) for role in lists["role"]]
        account_id = await create_account(kept["name"], grants, act, display_name=kept["display_name"])
    except (Invalid, Conflict) as error:
        return await account_list(act, kept | lists, error)
    return Redirect(f"/desk/accounts/{account_id}?notice=created", status_code=303)


@get("/desk/accounts/{account_id:int}")
async def account_edit_page(account_id: FromPath[int], act: NamedDependency[Act]) -> Template:
    """One account."""
    return await _one(await get_account(account_id, act), act)


@post("/desk/accounts/{account_id:int}/{deed:str}")
async def account_deed(
    account_id: FromPath[int], deed: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """Change an account; a reset link is shown on the page it makes, and never again."""
    account = await get_account(account_id, act)
    try:
        if deed == "reset":
            token = await make_reset_link(account_id, act)
            return await _one(account, act, link=f"{current_settings().public_url}/reset/{token}")
        await _do(deed, account, await request.form(), act)
    except (Invalid, Refused) as error:
        return await _one(await get_account(account_id, act), act, error=error)
    return Redirect(f"/desk/accounts/{account_id}?notice=saved", status_code=303)


async def _do(deed: str, account: AccountRead, typed: Any, act: Act) -> None:
    match deed:
        case "grant":
            added = _grant(str(typed.get("role", "")), str(typed.get("organisation_id", "")), _many(typed, "streets"))
            await set_grants(account.id, [*map(_again, account.grants), added], act)
        case "revoke":
            left = [grant for grant in account.grants if str(grant.id) != typed.get("grant")]
            await set_grants(account.id, [*map(_again, left)], act)
        case "crews":
            await set_crews(
                account.id, [_number(crew, N_("There is no such crew.")) for crew in _many(typed, "crew")], act
            )
        case "disable":
            await disable_account(account.id, act)
        case "enable":
            await enable_account(account.id, act)
        case _:
            raise Invalid(N_("This cannot be done with an account."), code="bad_deed")


def _many(typed: Any, name: str) -> list[str]:
    return [str(value).strip() for value in typed.getall(name, []) if str(value).strip()]


def _grant(role: str, organisation: str, streets: list[str]) -> GrantWanted:
    if role not in set(Role):
        raise Invalid(N_("Choose a role."), code="no_role")
    where = _number(organisation, N_("There is no such organisation.")) if organisation else None
    return GrantWanted(Role(role), where, tuple(streets))


def _number(text: str, wrong: str) -> int:
    """The id a form sends; anything else was never on the page."""
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_ID):
        raise Invalid(wrong, code="no_such_choice")
    return int(text)


def _again(grant: GrantRead) -> GrantWanted:
    return GrantWanted(grant.role, grant.organisation_id, grant.streets)


async def account_list(
    act: Act, typed: dict[str, Any], error: FacilityError | None = None, crew_error: FacilityError | None = None
) -> Template:
    """The page of all accounts and crews, with what was typed where something was wrong."""
    rows = [
        (account, [_grant_words(grant, act.lang) for grant in account.grants]) for account in await find_accounts(act)
    ]
    return Template(
        "app/accounts.html",
        status_code=status_of(error or crew_error),
        context={
            "rows": rows,
            "typed": typed,
            "errors": _errors(error, act),
            "crew_error": crew_error.message(act.lang) if crew_error else "",
            "crews": [(pick(act.lang, row["name"], row["name_en"]), row["open"]) for row in await find_crews()],
        }
        | await _choices(act.lang),
    )


async def _one(account: AccountRead, act: Act, *, link: str = "", error: FacilityError | None = None) -> Template:
    crews = [(row["id"], pick(act.lang, row["name"], row["name_en"])) for row in await find_crews()]
    return Template(
        "app/account_edit.html",
        status_code=status_of(error),
        headers={"Cache-Control": "no-store"},
        context={
            "subject": account,
            "grants": [(grant.id, _grant_words(grant, act.lang)) for grant in account.grants],
            "crews": crews,
            "link": link,
            "errors": _errors(error, act),
            "is_me": account.id == act.principal.account_id,
        }
        | await _choices(act.lang),
    )


def _errors(error: FacilityError | None, act: Act) -> list[dict[str, str]]:
    if error is None:
        return []
    return [{"field": "role" if error.code == "no_role" else "name", "text": error.message(act.lang)}]


async def _choices(lang: Lang) -> dict[str, Any]:
    return {
        "roles": [
            {"value": role.value, "text": translate(lang, word), "hint": translate(lang, ROLE_HINTS[role])}
            for role, word in ROLE_WORDS.items()
        ],
        "organisations": [(row["id"], pick(lang, row["name"], row["name_en"])) for row in await find_organisations()],
        "streets": [(street, street) for street in await find_streets()],
    }


def _grant_words(grant: GrantRead, lang: Lang) -> str:
    """``Registrar (Sanitation Bureau; 五马街道)``."""
    organisation = pick(lang, grant.organisation, grant.organisation_en)
    streets = ("、" if lang == "zh-CN" else ", ").join(grant.streets)
    scope = "; ".join(part for part in (organisation, streets) if part)
    role = translate(lang, ROLE_WORDS[grant.role])
    return f"{role} ({scope})" if scope else role


ACCOUNTS_PAGES = [accounts_page, create_deed, account_edit_page, account_deed]
