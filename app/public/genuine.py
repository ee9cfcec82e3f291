"""Whether the sticker is genuine: what it must show, and the photo of it in its place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from foundation.act import Act
from foundation.settings import current_settings
from foundation.translation import LANGS, Lang
from labels.check_word import check_word
from labels.photos import photo_address
from labels.queries import Forerunner
from labels.schemas import Landing


def other_lang(lang: Lang) -> Lang:
    """The language the reader does not read."""
    return next(one for one in LANGS if one != lang)


def both_words(number: int, lang: Lang) -> dict[str, str]:
    """A check word as both languages print it on the sticker, the reader's own first."""
    other = other_lang(lang)
    return {"text": check_word(number, lang), "other": check_word(number, other), "other_lang": other}


def host() -> str:
    """The address that genuine labels name."""
    return urlsplit(current_settings().public_url).netloc.lower()


def genuine_context(landing: Landing, act: Act, forerunner: Forerunner | None) -> dict[str, Any]:
    """What the page says of the sticker, and of the replaced one that led here."""
    photo = photo_address(landing.code, landing.photo) if landing.photo else ""
    old = {"code": forerunner.printed, "word": check_word(forerunner.check_word, act.lang)} if forerunner else None
    return {"word": both_words(landing.check_word, act.lang), "host": host(), "photo": photo, "forerunner": old}
