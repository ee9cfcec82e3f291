"""The HTML of a template bound to fields. Pure.

A template holds no commands: no loops, no conditions, nothing that is run. ``{{ name }}`` stands alone in an element,
or at the end of a line, and becomes the field of that name; ``data-symbol`` and ``data-photo`` mark the places of the
QR code and of the photo. So nothing in a template can run for ever or read what it should not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_

# What stands in a field while the template is laid out: ink of both scripts, so that the line has the face's height.
SAMPLE: Final = "国Hg0"
# What follows from a label's code, whatever asset it is for.
FROM_CODE: Final = frozenset({"code", "url", "host", "check_word", "check_word_zh", "check_word_en"})
FIELDS: Final = FROM_CODE | {
    "kind", "kind_zh", "kind_en", "name", "name_en", "address", "address_en", "street", "community", "asset_code",
    "owner", "owner_name", "owner_name_en", "phone", "district_zh", "district_en", "printed_on",
}  # fmt: skip
# An attribute of the kind in words, in Chinese or with ``.en`` in English: ``attribute.open_hours``.
ATTRIBUTE: Final = re.compile(r"attribute\.[a-z][a-z0-9_]{0,59}(\.en)?")
MOST_FIELDS: Final = 40

# Each pattern ends at the next tag and looks at a run of characters in one way only, so that it reads a file once: a
# hundred kilobytes of "<a " must not hold up everybody else.
_COMMANDS: Final = re.compile(r"\{[%#]|[%#]\}")
_FORBIDDEN: Final = re.compile(
    r"<\s*(?:/\s*)?(script|link|meta|base|iframe|frame|object|embed|style|html|head|body|form|input|button)\b",
    re.IGNORECASE,
)
_HANDLER: Final = re.compile(r"<[^<>]*\s(on\w+|srcdoc|data-field)\s*=", re.IGNORECASE)
_MARK: Final = r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}"
_ALONE: Final = re.compile(rf"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>\s*{_MARK}\s*</\1\s*>", re.IGNORECASE)
_INLINE: Final = re.compile(_MARK)
_EMPTY: Final = re.compile(r"<([a-z][a-z0-9]*)(\s[^<>]*)>\s*</\1\s*>", re.IGNORECASE)
_PLACE: Final = re.compile(r"\bdata-(symbol|photo)\b", re.IGNORECASE)
_HOLE: Final = re.compile("\x01(.)\x01")


@dataclass(frozen=True, slots=True)
class Bound:
    """A template's HTML with holes: one for the style of each field's element and one for its content."""

    html: str
    fields: tuple[str, ...]
    photos: int

    @property
    def texts(self) -> int:
        """How many places have a field in them; one field may stand in several."""
        return self.html.count("\x01c\x01")

    def sample(self) -> str:
        """The HTML for laying out: every field holds a sample, every place is empty."""
        return _HOLE.sub(lambda hole: SAMPLE if hole[1] == "c" else "", self.html)

    def filled(self, fill: Callable[[str, int], str]) -> str:
        """The HTML of one label. ``fill`` gives the text for a hole by its sort (``s`` the attributes of a field's
        element, ``c`` a field's content, ``q`` the symbol, ``p`` the photo) and its number among its sort.
        """
        counts: dict[str, int] = {}

        def put(hole: re.Match[str]) -> str:
            number = counts[hole[1]] = counts.get(hole[1], -1) + 1
            return fill(hole[1], number)

        return _HOLE.sub(put, self.html)


def bind(html: str) -> Bound:
    """Bind a template's HTML. Raises Invalid naming the command, element or field that a template may not have."""
    html = html.replace("\x01", "")
    if found := _COMMANDS.search(html):
        raise Invalid(
            N_("A template has no commands, but this one holds “{what}”. Fields are written as {{{{ name }}}}."),
            code="template_command",
            what=html[found.start() : found.start() + 40].split("\n")[0],
        )
    if found := _FORBIDDEN.search(html) or _HANDLER.search(html):
        raise Invalid(N_("A template may not hold “{what}”."), code="template_element", what=found[0].strip()[:40])
    fields: list[str] = []
    html = _ALONE.sub(
        lambda m: f'<{m[1]}{m[2]} data-field="{_field(m[3], m[2], fields)}"\x01s\x01>\x01c\x01</{m[1]}>', html
    )
    html = _INLINE.sub(lambda m: f'<span data-field="{_field(m[1], "", fields)}"\x01s\x01>\x01c\x01</span>', html)
    if "{{" in html or "}}" in html:
        place = html.find("{{") if "{{" in html else html.find("}}")
        raise Invalid(
            N_("“{what}” is no field. A field is written as {{{{ name }}}}."),
            code="template_field",
            what=html[place : place + 40].split("\n")[0],
        )
    if len(fields) > MOST_FIELDS:
        raise Invalid(N_("A template has at most {most} fields."), code="template_field", most=MOST_FIELDS)
    symbols, photos = _count(html, "symbol"), _count(html, "photo")
    html = _EMPTY.sub(_place, html)
    if html.count("\x01q\x01") != symbols or html.count("\x01p\x01") != photos or symbols != 1 or photos > 1:
        raise Invalid(
            N_("A template has exactly one empty element with data-symbol, and at most one with data-photo."),
            code="template_symbol",
        )
    return Bound(html, tuple(dict.fromkeys(fields)), photos)


def _field(name: str, attributes: str, fields: list[str]) -> str:
    if name not in FIELDS and not ATTRIBUTE.fullmatch(name):
        raise Invalid(
            N_("There is no field {name}. The fields are: {known}, and attribute.KEY."),
            code="template_field",
            name=name,
            known=", ".join(sorted(FIELDS)),
        )
    if re.search(r"\sstyle\s*=", attributes, re.IGNORECASE):
        raise Invalid(
            N_("The element of the field {name} has its own style: put that into label.css."),
            code="template_element",
            name=name,
        )
    fields.append(name)
    return name


def _place(element: re.Match[str]) -> str:
    """An empty element, with a hole for the symbol or the photo where it is the place of one."""
    found = _PLACE.search(element[2])
    if found is None:
        return element[0]
    return f"<{element[1]}{element[2]}>\x01{'q' if found[1] == 'symbol' else 'p'}\x01</{element[1]}>"


def _count(html: str, mark: str) -> int:
    return len(re.findall(rf"<[^<>]*\sdata-{mark}\b", html, re.IGNORECASE))
