"""Where a label leads: the hottest read of all, one round trip."""

from __future__ import annotations

from typing import Final, NamedTuple

from foundation.codes import parse_code, printed
from foundation.database import fetchrow, fetchval
from foundation.errors import Gone, Invalid, NotFound
from foundation.translation import N_
from labels.queries.labels import unknown_label
from labels.schemas import Landing, PublicAsset

_COLUMNS: Final = ", ".join(f"p.{name}" for name in PublicAsset.__struct_fields__)
_LANDING: Final = (
    f"SELECT l.id AS label_id, l.state, l.check_word, l.photo, r.code AS successor, {_COLUMNS} FROM label l"
    " LEFT JOIN label r ON r.id = l.replaced_by_id LEFT JOIN public_asset p ON p.id = l.asset_id WHERE l.code = $1"
)
_FIRST: Final = 5  # columns of the label before those of the asset
# A label may have been replaced more than once; UNION and not UNION ALL ends on any ring.
_FORERUNNER: Final = """
WITH RECURSIVE led AS (
    SELECT replaced_by_id FROM label WHERE code = $1
    UNION SELECT l.replaced_by_id FROM label l JOIN led ON l.id = led.replaced_by_id
)
SELECT code, check_word FROM label WHERE code = $1 AND EXISTS (SELECT 1 FROM led WHERE replaced_by_id = $2)
"""


class Replaced(Gone):
    """The label has a successor, to which the reader is led on."""

    code = "replaced"

    def __init__(self, label: str, successor: str) -> None:
        text = N_("The label {label} has been replaced by {successor}.")
        super().__init__(text, label=printed(label), successor=printed(successor))
        self.label = label
        self.successor = successor


class Forerunner(NamedTuple):
    """A label that was replaced: its code and the number of its check word."""

    code: str
    check_word: int

    @property
    def printed(self) -> str:
        """The code as on the label."""
        return printed(self.code)


async def read_landing(text: str) -> Landing:
    """The label of a code as typed or scanned, with all that anyone may see of its asset.

    A blank label has no asset. Raises Invalid (``bad_code``, ``bad_check_character``), NotFound, Gone for a void
    label, and Replaced with the ``successor``'s code for a replaced one.
    """
    code = parse_code(text)
    row = await fetchrow(_LANDING, code)
    if row is None:
        raise unknown_label(code)
    if row["state"] == "void":
        raise Gone(N_("The label {label} is no longer valid."), code="void_label", label=printed(code))
    if row["successor"]:
        raise Replaced(code, row["successor"])
    asset = PublicAsset(*tuple(row)[_FIRST:]) if row[_FIRST] is not None else None
    return Landing(row["label_id"], code, row["state"], row["check_word"], row["photo"], asset)


async def read_forerunner(text: str, label_id: int) -> Forerunner | None:
    """The label of a code that leads, over however many successors, to this label; None for any other text."""
    try:
        row = await fetchrow(_FORERUNNER, parse_code(text), label_id)
    except Invalid:
        return None
    return Forerunner(row["code"], row["check_word"]) if row else None


async def read_label_photo(text: str) -> str:
    """The file key of the photo of a label in its place.

    Raises Invalid for what is no code, and NotFound where there is no photo or the label is no longer in force.
    """
    key = await fetchval(
        "SELECT photo FROM label WHERE code = $1 AND state NOT IN ('void', 'replaced')", parse_code(text)
    )
    if not key:
        raise NotFound(N_("There is no photo of this label."), code="no_label_photo")
    return str(key)
