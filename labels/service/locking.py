"""A label held while it is changed: by whom it may be, and whether it is still the one that was shown."""

from __future__ import annotations

from typing import Final

from foundation.codes import parse_code
from foundation.database import Record, fetchrow
from foundation.errors import Conflict, Stale
from foundation.principals import Place
from foundation.translation import N_
from labels.queries import unknown_label
from registry.queries import get_asset_by_id, place_of

_CHANGED: Final = N_("Somebody changed this label in the meantime. Look again before you go on.")


async def lock_label(text: str) -> Record:
    """The row of a code as typed, held to the end of the transaction. Raises Invalid for no code at all, NotFound."""
    code = parse_code(text)
    row = await fetchrow("SELECT id, code, state, asset_id, version FROM label WHERE code = $1 FOR UPDATE", code)
    if row is None:
        raise unknown_label(code)
    return row


async def place_of_label(label: Record) -> Place | None:
    """Where the label is; a blank one is nowhere, so only an unscoped role reaches it."""
    if label["asset_id"] is None:
        return None
    return place_of(await get_asset_by_id(label["asset_id"]))


def check_version(label: Record, version: int | None) -> None:
    """Raises Stale where another version was shown than the one that is held."""
    if version is not None and version != label["version"]:
        raise Stale(_CHANGED)


def overtaken() -> Conflict:
    """The refusal where somebody else's change came between."""
    return Conflict(_CHANGED)
