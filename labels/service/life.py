"""What happens to a label after it was issued: bound, fixed, worn, replaced, void."""

from __future__ import annotations

from typing import Final

import asyncpg

from foundation.act import Act
from foundation.codes import printed
from foundation.database import Record, execute, fetch, fetchrow, transaction
from foundation.errors import Conflict, Invalid, NotFound, Refused
from foundation.principals import Role
from foundation.translation import N_
from labels.events import BatchVoided, LabelBound, LabelFixed, LabelIssued, LabelReplaced, LabelVoided, LabelWorn
from labels.queries import get_label, read_current
from labels.schemas import LabelRead
from labels.service.evidence import Evidence, take_evidence
from labels.service.issue import fresh_codes, fresh_words, refuse_retired
from labels.service.locking import check_version, lock_label, overtaken, place_of_label
from labels.service.sightings import note_sighting
from labels.states import CURRENT, Action, move
from registry.history import DISTRICT, HistoryEvent, record
from registry.queries import get_asset, place_of
from registry.service import write_signals

LONGEST_REASON: Final = 200
_BINDERS: Final = (Role.CREW, Role.REGISTRAR)
_FIELD: Final = (Role.CREW, Role.INSPECTOR, Role.REGISTRAR)


async def bind_label(
    text: str,
    asset_code: str,
    act: Act,
    *,
    replace: bool = False,
    version: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    photo: bytes | None = None,
) -> LabelRead:
    """Fix a blank label on an asset, at a position in degrees WGS 84 and with a photo of it, where there are any.

    Raises Refused for a label that is not blank or a retired asset, Conflict where the asset has a label and
    ``replace`` does not say that this one takes its place, and Invalid for a position or a photo that is none.
    """
    act.require_anywhere(*_BINDERS)  # before a photo is worked on
    seen = await take_evidence(lon, lat, photo)
    try:
        async with transaction():
            label = await lock_label(text)
            await _bind(label, asset_code, seen, act, replace=replace, version=version)
    except asyncpg.UniqueViolationError as error:  # another label came to the asset at the same moment
        raise overtaken() from error
    return await get_label(label["code"])


async def _bind(
    label: Record, asset_code: str, seen: Evidence, act: Act, *, replace: bool, version: int | None
) -> None:
    asset = await get_asset(asset_code)
    act.require(*_BINDERS, place=place_of(asset))
    check_version(label, version)
    name = printed(label["code"])
    state = move(label["state"], "bind", name)
    refuse_retired([asset])
    await _make_room(asset.id, asset.code, label, act, replace=replace)
    await execute(
        "UPDATE label SET asset_id = $2, state = $3, fixed_at = $4, fixed_lon = $5, fixed_lat = $6, photo = $7,"
        " version = version + 1 WHERE id = $1",
        label["id"],
        asset.id,
        state,
        act.at,
        seen.lon,
        seen.lat,
        seen.photo,
    )
    await record(asset.id, LabelBound(label=name), act)
    await _note(label, seen, act)
    await write_signals(asset.id, label_code=label["code"])


async def _note(label: Record, seen: Evidence, act: Act) -> None:
    if seen.lon is not None and seen.lat is not None:
        await note_sighting(label["id"], seen.lon, seen.lat, "crew", act.at)


async def _make_room(asset_id: int, asset_code: str, label: Record, act: Act, *, replace: bool) -> None:
    current = (await read_current([asset_id])).get(asset_id)
    if current is None:
        return
    if not replace:
        raise Conflict(
            N_("{asset} has the label {label} already. Say that the new one replaces it, or keep the old one."),
            code="has_label",
            asset=asset_code,
            label=current.printed,
        )
    await _hand_over(current.id, current.code, label, asset_id, act)


async def _hand_over(old_id: int, old_code: str, new: Record, asset_id: int, act: Act) -> None:
    """The old code leads on to the new one for ever."""
    touched = await execute(
        "UPDATE label SET state = 'replaced', replaced_by_id = $2, ended_at = $3, version = version + 1"
        " WHERE id = $1 AND state = ANY($4::text[])",
        old_id,
        new["id"],
        act.at,
        list(CURRENT),
    )
    if not touched:  # give way before the history is locked, or two of us would wait for each other
        raise overtaken()
    await record(asset_id, LabelReplaced(label=printed(old_code), successor=printed(new["code"])), act)


async def mark_fixed(
    text: str,
    act: Act,
    *,
    version: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    photo: bytes | None = None,
) -> LabelRead:
    """Somebody saw the label in its place, at a position in degrees WGS 84 and with a photo, where there are any.

    Raises Refused where the label is not to be fixed, and Invalid for a position or a photo that is none.
    """
    act.require_anywhere(*_FIELD)  # before a photo is worked on
    return await _mark(text, "fix", await take_evidence(lon, lat, photo), act, version)


async def mark_worn(text: str, act: Act, *, version: int | None = None) -> LabelRead:
    """The label can hardly be read and waits for its successor."""
    return await _mark(text, "wear", Evidence(), act, version)


async def _mark(text: str, action: Action, seen: Evidence, act: Act, version: int | None) -> LabelRead:
    async with transaction():
        label = await lock_label(text)
        act.require(*_FIELD, place=await place_of_label(label))
        check_version(label, version)
        name = printed(label["code"])
        state = move(label["state"], action, name)
        await execute(
            "UPDATE label SET state = $2, version = version + 1,"
            " fixed_at = CASE WHEN $2 = 'fixed' THEN $3 ELSE fixed_at END,"
            " worn_at = CASE WHEN $2 = 'worn' THEN $3 ELSE worn_at END, fixed_lon = coalesce($4, fixed_lon),"
            " fixed_lat = coalesce($5, fixed_lat), photo = coalesce($6, photo) WHERE id = $1",
            label["id"],
            state,
            act.at,
            seen.lon,
            seen.lat,
            seen.photo,
        )
        event: HistoryEvent = LabelFixed(label=name) if action == "fix" else LabelWorn(label=name)
        await record(label["asset_id"], event, act)
        await _note(label, seen, act)
    return await get_label(label["code"])


async def replace_label(text: str, act: Act, *, version: int | None = None) -> LabelRead:
    """A new label for the same asset; the old code leads on to it. Answers the new one."""
    async with transaction():
        label = await lock_label(text)
        act.require(Role.REGISTRAR, place=await place_of_label(label))
        check_version(label, version)
        move(label["state"], "replace", printed(label["code"]))
        asset_id = label["asset_id"]
        new = await _insert_successor(asset_id, act)
        await _hand_over(label["id"], label["code"], new, asset_id, act)
        # Only now: the asset has one current label at any moment.
        await execute("UPDATE label SET state = 'printed' WHERE id = $1", new["id"])
        await record(asset_id, LabelIssued(label=printed(new["code"])), act)
        await write_signals(asset_id, label_code=new["code"])
    return await get_label(new["code"])


async def _insert_successor(asset_id: int, act: Act) -> Record:
    while True:
        row = await fetchrow(
            "INSERT INTO label (code, asset_id, state, created_at, check_word) VALUES ($1, $2, 'blank', $3, $4)"
            " ON CONFLICT (code) DO NOTHING RETURNING id, code",
            *fresh_codes(1),
            asset_id,
            act.at,
            *fresh_words(1),
        )
        if row is not None:
            return row


async def void_label(text: str, reason: str, act: Act, *, version: int | None = None) -> LabelRead:
    """The code leads nowhere from now on (stolen, spoilt, lost); it is never used again. The reason stays on record."""
    reason = _reason(reason)
    async with transaction():
        label = await lock_label(text)
        act.require(Role.REGISTRAR, place=await place_of_label(label))
        check_version(label, version)
        move(label["state"], "void", printed(label["code"]))
        await execute(
            "UPDATE label SET state = 'void', ended_at = $2, version = version + 1 WHERE id = $1", label["id"], act.at
        )
        event = LabelVoided(label=printed(label["code"]), reason=reason)
        await record(label["asset_id"] or DISTRICT, event, act)
        if label["state"] in CURRENT:
            await write_signals(label["asset_id"], label_code=None)
    return await get_label(label["code"])


async def void_batch(batch: str, reason: str, act: Act) -> int:
    """Make void what is still blank of a batch, such as a roll that was lost; how many. The reason stays on record.

    Raises Invalid without a reason, NotFound for an unknown batch, Refused where nothing of it is blank.
    """
    act.require(Role.REGISTRAR)
    reason = _reason(reason)
    async with transaction():
        rows = await fetch("SELECT id, state FROM label WHERE batch = $1 ORDER BY id FOR UPDATE", batch)
        if not rows:
            raise NotFound(N_("There is no batch {batch}."), code="unknown_batch", batch=batch)
        blank = [row["id"] for row in rows if row["state"] == "blank"]
        if not blank:
            raise Refused(N_("No label of the batch {batch} is blank any more."), code="no_such_move", batch=batch)
        await execute(
            "UPDATE label SET state = 'void', ended_at = $2, version = version + 1 WHERE id = ANY($1::bigint[])",
            blank,
            act.at,
        )
        await record(DISTRICT, BatchVoided(batch=batch, count=len(blank), reason=reason), act)
    return len(blank)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(N_("Say why, in at most {longest} characters."), code="bad_reason", longest=LONGEST_REASON)
    return reason
