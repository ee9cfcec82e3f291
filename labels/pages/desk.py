"""The desk page of one label: what became of it, and what can be done with it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, translate
from labels.check_word import check_word
from labels.pages.forms import TOLD, read_version
from labels.pages.words import state_word
from labels.photos import photo_address
from labels.queries import get_label, label_story
from labels.schemas import LabelRead
from labels.service import (
    bind_label,
    mark_fixed,
    mark_worn,
    replace_label,
    void_label,
)
from labels.states import ACTION_WORDS, CURRENT, actions_from

_Request = Request[Any, Any, Any]


@get("/desk/labels/{code:str}")
async def label_page(code: FromPath[str], act: NamedDependency[Act]) -> Template:
    """One label and what can be done with it."""
    act.require_staff()
    return await _label_page(await get_label(code), act)


@post("/desk/labels/{code:str}/{action:str}", status_code=200)
async def change_label(
    code: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Redirect | Template:
    """Bind, fix, wear, replace or void; a refusal is shown on the label's own page."""
    act.require_staff()
    typed = {name: str(value) for name, value in (await request.form()).items()}
    try:
        label = await _do(action, code, typed, act)
    except TOLD as error:
        return await _label_page(await get_label(code), act, error=error, typed=typed)
    return Redirect(f"/desk/labels/{label.code}?notice=saved", status_code=303)


async def _do(action: str, code: str, typed: Mapping[str, str], act: Act) -> LabelRead:
    version = read_version(typed)
    match action:
        case "bind":
            replace = typed.get("replace") == "1"
            return await bind_label(code, typed.get("asset", "").strip(), act, replace=replace, version=version)
        case "fix":
            return await mark_fixed(code, act, version=version)
        case "wear":
            return await mark_worn(code, act, version=version)
        case "replace":
            return await replace_label(code, act, version=version)
        case "void":
            return await void_label(code, typed.get("reason", ""), act, version=version)
    raise Invalid(N_("This cannot be done with a label."), code="bad_action")


async def _label_page(
    label: LabelRead, act: Act, error: FacilityError | None = None, typed: Mapping[str, str] | None = None
) -> Template:
    story = await label_story(label.id)
    actions = [action for action in actions_from(label.state) if _may(action, act)]
    return Template(
        "labels/label.html",
        status_code=status_of(error),
        context={
            "label": label,
            "story": story,
            # Of a label that was replaced or made void nobody is shown the photo.
            "photo": photo_address(label.code, story.photo) if story.photo and label.state in CURRENT else "",
            "word": check_word(story.check_word, act.lang),
            "state": state_word(label.state, act.lang),
            "actions": [(action, translate(act.lang, ACTION_WORDS[action])) for action in actions],
            "typed": typed or {},
            "error": error.message(act.lang) if error else "",
        },
    )


def _may(action: str, act: Act) -> bool:
    """For the buttons only; the verbs decide."""
    if action in {"replace", "void"}:
        return act.principal.holds(Role.REGISTRAR)
    if action == "bind":
        return act.principal.holds(Role.REGISTRAR, Role.CREW)
    return act.principal.holds(Role.REGISTRAR, Role.CREW, Role.INSPECTOR)


DESK_PAGES = [label_page, change_label]
