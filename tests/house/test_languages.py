"""Both languages are complete: every sentence of code and templates has its Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from foundation.translation import ROOMS, ROOT, chinese

PLACEHOLDER = re.compile(r"\{(\w+)\}")
KEYWORDS = {"_": None, "N_": None, "gettext": None}


def _msgids() -> dict[str, str]:
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                if isinstance(message, str) and message:
                    found.setdefault(message, path.relative_to(ROOT).as_posix())
        for path in sorted((ROOT / room).rglob("*.html")):
            for _, _, message, _ in _jinja(path):
                found.setdefault(message, path.relative_to(ROOT).as_posix())
    return found


def _jinja(path: Path) -> list[tuple[int, str, str, list[str]]]:
    from jinja2.ext import babel_extract

    with path.open("rb") as file:
        rows = list(babel_extract(file, ["_", "gettext"], [], {"silent": "false", "extensions": "jinja2.ext.do"}))
    return [(line, name, message, []) for line, name, message, _ in rows if isinstance(message, str)]


def test_every_sentence_has_its_chinese() -> None:
    known = chinese()
    missing = {message: where for message, where in _msgids().items() if message not in known}
    assert missing == {}


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = {
        english: text
        for english, text in chinese().items()
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(text))
    }
    assert wrong == {}


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_translates_twice_in_different_words(room: str) -> None:
    seen: dict[str, str] = {}
    for path in sorted((ROOT / room / "locale").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    assert seen.setdefault(str(message.id), str(message.string)) == str(message.string)
