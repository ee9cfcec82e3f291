"""The one Jinja environment, and rendering a page to text."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from app.rendering.assets import asset_url, icon, inline_css
from app.rendering.filters import FILTERS
from foundation.act import Act
from foundation.settings import current_settings
from foundation.translation import LANGS, ROOMS, ROOT, Lang, chinese, pick


@functools.cache
def environment() -> Environment:
    """Templates of all rooms, escaped always."""
    folders = [ROOT / room / "templates" for room in ROOMS]
    env = Environment(
        loader=FileSystemLoader([folder for folder in folders if folder.is_dir()]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.do"],
    )
    env.filters.update(FILTERS)
    env.globals.update(asset_url=asset_url, inline_css=inline_css, icon=icon)
    return env


def speaker(lang: Lang) -> Callable[[str], str]:
    """``_`` of one language."""
    sentences = chinese() if lang == "zh-CN" else {}
    return lambda msgid: sentences.get(msgid, msgid)


@functools.cache
def _spoken(lang: Lang) -> dict[str, Any]:
    settings = current_settings()
    speak = speaker(lang)
    return {
        "_": speak,
        "gettext": speak,
        "lang": lang,
        "pick": functools.partial(pick, lang),
        "zone": settings.zone,
        "settings_title": pick(lang, settings.title, settings.title_en),
        "district": pick(lang, settings.district_name, settings.district_name_en),
    }


def base_context(act: Act) -> dict[str, Any]:
    """What every template may use, whoever reads."""
    other = next(lang for lang in LANGS if lang != act.lang)
    return {**_spoken(act.lang), "act": act, "now": act.at, "other_lang_url": f"?lang={other}"}


def render(template: str, act: Act, **context: Any) -> str:
    """A template as text, in the reader's language."""
    return environment().get_template(template).render(base_context(act) | context)
