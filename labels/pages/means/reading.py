"""What the forms of templates, stock and printers send, and what the three pages share."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from foundation.errors import FacilityError, Invalid
from foundation.translation import N_, Lang, translate

_TABS: Final = (
    ("templates", N_("Label templates")),
    ("stocks", N_("Label stock")),
    ("printers", N_("Printers")),
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}([.,][0-9]{1,6})?")


def told(error: FacilityError | None, lang: Lang) -> dict[str, Any]:
    """A refusal for the template: its sentence, and its findings in the reader's language."""
    if error is None:
        return {"error": "", "findings": []}
    return {"error": error.message(lang), "findings": [finding[lang[:2]] for finding in error.findings]}


def means_tabs(current: str, lang: Lang) -> list[dict[str, Any]]:
    """The three pages, beside each other."""
    return [
        {"text": translate(lang, words), "href": f"/desk/labels/{name}", "current": name == current}
        for name, words in _TABS
    ]


def read_number(typed: Mapping[str, str], name: str, words: str, lang: Lang) -> float:
    """A number as typed, with a point or a comma. Raises Invalid that calls the field by its words."""
    text = typed.get(name, "").strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise Invalid(
            N_("{field}: “{text}” is not a number."), code="bad_number", field=translate(lang, words), text=text[:40]
        )
    return float(text.replace(",", "."))


def read_count(typed: Mapping[str, str], name: str, words: str, lang: Lang) -> int:
    """A whole number as typed. Raises Invalid that calls the field by its words."""
    number = read_number(typed, name, words, lang)
    if number != int(number):
        raise Invalid(
            N_("{field}: “{text}” is not a whole number."),
            code="bad_number",
            field=translate(lang, words),
            text=typed[name][:40],
        )
    return int(number)


def texts_of(form: Any) -> dict[str, str]:
    """What was typed, without files."""
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def choices(words: Mapping[Any, str], lang: Lang) -> Sequence[tuple[str, str]]:
    """Choices in the reader's language."""
    return [(str(value), translate(lang, text)) for value, text in words.items()]
