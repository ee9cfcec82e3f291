"""Two languages for every sentence: English is the msgid, Chinese stands in each room's ``locale/zh.po``."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, cast

from babel.messages.pofile import read_po

Lang = Literal["zh-CN", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh-CN", "en")
DEFAULT_LANG: Final[Lang] = "zh-CN"

ROOT: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = ("foundation", "registry", "maintenance", "scheduling", "labels", "app")


def N_(msgid: str) -> str:
    """Mark a sentence for the catalogues without translating it yet."""
    return msgid


@functools.cache
def chinese() -> Mapping[str, str]:
    """All Chinese sentences of all rooms by their English msgid."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room / "locale").glob("*.po")):
            found.update(read_sentences(path))
    return found


def read_sentences(path: Path) -> dict[str, str]:
    """The translated, non-fuzzy messages of one .po file."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def translate(lang: Lang, msgid: str, **params: object) -> str:
    """The sentence in the reader's language, its ``{placeholders}`` filled in."""
    text = chinese().get(msgid, msgid) if lang == "zh-CN" else msgid
    return text.format(**params) if params else text


def pick(lang: Lang, zh: str | None, en: str | None) -> str:
    """The one of two stored texts that suits the reader; the other where it is missing."""
    first, second = (zh, en) if lang == "zh-CN" else (en, zh)
    return first or second or ""


def as_lang(value: str | None) -> Lang | None:
    """``zh``, ``zh-CN``, ``zh-Hans`` and ``en``, ``en-GB`` … as one of ours; None for anything else."""
    head = (value or "").strip().lower().replace("_", "-").split("-")[0]
    return cast("Lang | None", {"zh": "zh-CN", "en": "en"}.get(head))


def choose_lang(asked: str | None, cookie: str | None, accept: str | None) -> Lang:
    """``?lang`` before the cookie before Accept-Language before Chinese."""
    return as_lang(asked) or as_lang(cookie) or _from_accept(accept) or DEFAULT_LANG


def _from_accept(accept: str | None) -> Lang | None:
    weighed = sorted(_weights(accept or ""), key=lambda pair: -pair[1])
    return next((lang for tag, weight in weighed if weight > 0 and (lang := as_lang(tag))), None)


def _weights(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept[:500].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            yield tag, float(quality or 1)
        except ValueError:
            yield tag, 0.0
