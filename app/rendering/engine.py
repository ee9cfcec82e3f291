"""Litestar's door to our templates: every page gets what every page needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, TemplateNotFound
from jinja2 import Template as JinjaTemplate
from litestar import Request
from litestar.exceptions import TemplateNotFoundException
from litestar.template.base import TemplateEngineProtocol

from app.navigation import account_links, desk_navigation
from app.rendering.environment import base_context, environment
from foundation.act import Act, public_act
from foundation.translation import DEFAULT_LANG, LANGS, N_

# What the desk says after a deed, by the word in the address; only these words are ever shown.
NOTICES = {
    "registered": N_("Registered."),
    "saved": N_("Saved."),
    "retired": N_("Retired. You can bring it back into service below."),
    "reinstated": N_("Back in service."),
    "undone": N_("The batch was taken back."),
    "done": N_("Done."),
    "created": N_("Created."),
    "ended": N_("The session was ended."),
    "password": N_("The password was changed."),
    "signed_out": N_("You are signed out."),
    "bound": N_("The label is bound to this facility."),
    "fixed": N_("Noted: the label is in its place."),
    "worn": N_("Noted: the label is worn."),
}


class Page:
    """A template that knows its reader."""

    def __init__(self, template: JinjaTemplate) -> None:
        self._template = template

    def render(self, *_args: Any, **context: Any) -> str:
        """The page as text."""
        request: Request[Any, Any, Any] | None = context.get("request")
        extra = request_context(request) if request is not None else base_context(public_act())
        return self._template.render(extra | context)


class PageEngine(TemplateEngineProtocol["Page", Any]):
    """Finds templates for Litestar."""

    def __init__(self, directory: Path | list[Path] | None = None, engine_instance: Environment | None = None) -> None:
        del directory, engine_instance

    def get_template(self, template_name: str) -> Page:
        """The template of this name."""
        try:
            return Page(environment().get_template(template_name))
        except TemplateNotFound as error:
            raise TemplateNotFoundException(template_name=template_name) from error

    def render_string(self, template_string: str, context: Any) -> str:
        """A template given as text."""
        return environment().from_string(template_string).render(dict(context))

    def register_template_callable(self, key: str, template_callable: Any) -> None:
        """Litestar's own callables are not used."""


def request_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The base context with what the request adds: address, session, navigation."""
    scope: Any = request.scope  # ours stands beside ASGI's own
    act: Act = scope.get("act") or public_act(lang=scope.get("lang", DEFAULT_LANG))
    context = base_context(act)
    query = [(k, v) for k, v in request.query_params.multi_items() if k not in {"lang", "notice"}]
    other = next(lang for lang in LANGS if lang != act.lang)
    notice = NOTICES.get(request.query_params.get("notice", ""))
    context |= {
        "other_lang_url": "?" + urlencode([*query, ("lang", other)]),
        "csrf_token": scope.get("csrf", ""),
        "flashes": [{"tone": "ok", "text": context["_"](notice)}] if notice else [],
        "path": request.url.path,
    }
    if act.principal.signed_in:
        context["nav"] = desk_navigation(act, request.url.path, scope.get("nav_counts") or {})
        context["account"] = account_links(act)
        context["search_href"] = "/desk/search"
    return context
