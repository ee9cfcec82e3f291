"""Where a label leads: the hottest read of all, one round trip."""

from __future__ import annotations

from typing import Final

from foundation.codes import parse_code, printed
from foundation.database import fetchrow
from foundation.errors import Gone, NotFound
from foundation.translation import N_
from labels.schemas import Landing, PublicAsset

_COLUMNS: Final = ", ".join(f"p.{name}" for name in PublicAsset.__struct_fields__)
_LANDING: Final = (
    f"SELECT l.id AS label_id, l.code, l.state, r.code AS successor, {_COLUMNS} FROM label l"
    " LEFT JOIN label r ON r.id = l.replaced_by_id LEFT JOIN public_asset p ON p.id = l.asset_id WHERE l.code = $1"
)
_FIRST: Final = 4


class Replaced(Gone):
    """The label has a successor, to which the reader is led on."""

    code = "replaced"

    def __init__(self, label: str, successor: str) -> None:
        text = N_("The label {label} has been replaced by {successor}.")
        super().__init__(text, label=printed(label), successor=printed(successor))
        self.successor = successor


async def read_landing(text: str) -> Landing:
    """The label of a code as typed or scanned, with all that anyone may see of its asset.

    A blank label has no asset. Raises Invalid (``bad_code``, ``bad_check_character``), NotFound, Gone for a void
    label, and Replaced with the ``successor``'s code for a replaced one.
    """
    code = parse_code(text)
    row = await fetchrow(_LANDING, code)
    if row is None:
        raise NotFound(N_("There is no label with the code {label}."), code="unknown_label", label=printed(code))
    if row["state"] == "void":
        raise Gone(N_("The label {label} is no longer valid."), code="void_label", label=printed(code))
    if row["successor"]:
        raise Replaced(code, row["successor"])
    asset = PublicAsset(*tuple(row)[_FIRST:]) if row[_FIRST] is not None else None
    return Landing(row["label_id"], code, row["state"], asset)
