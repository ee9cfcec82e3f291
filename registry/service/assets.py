"""Register, correct, rate, retire and reinstate an asset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from foundation.act import Act
from foundation.database import execute, fetchrow, fetchval, transaction
from foundation.errors import Conflict, FacilityError, Invalid, Refused, Stale
from foundation.principals import Place, Role
from foundation.translation import N_
from registry.catalogue import Kind, catalogue, validate_attributes
from registry.events import AssetChanged, AssetRegistered, AssetReinstated, AssetRetired, ConditionRated
from registry.history import record
from registry.queries import get_asset, get_asset_by_id, place_of
from registry.schemas import AssetCreate, AssetRead, AssetUpdate
from registry.search import grams

_CODE = re.compile(r"[^/?#\s]{1,64}")
_COMPONENT = re.compile(r"[0-9]{17}")
_TEXTS = {"name": 200, "name_en": 200, "address": 256, "address_en": 256, "street": 100, "community": 100}


def check_asset(
    values: Mapping[str, Any], kind: Kind, *, partial: bool
) -> tuple[dict[str, Any], dict[str, FacilityError]]:
    """Checked attributes and what is wrong, by field. ``partial`` leaves out what is missing."""
    wrong: dict[str, FacilityError] = {}
    for name, longest in _TEXTS.items():
        if name in values and len(values[name]) > longest:
            wrong[name] = Invalid(N_("At most {longest} characters."), longest=longest)
    if "name" in values and not values["name"].strip():
        wrong["name"] = Invalid(N_("Enter a name."))
    if values.get("code") is not None and not _CODE.fullmatch(values["code"]):
        wrong["code"] = Invalid(N_("A code has 1 to 64 characters and no /, ?, # or spaces."))
    if values.get("component_id") and not _COMPONENT.fullmatch(values["component_id"]):
        wrong["component_id"] = Invalid(N_("A component id has 17 digits."))
    wrong |= _check_numbers(values)
    attributes, problems = validate_attributes(kind, values.get("attributes", {}), partial=partial)
    for problem in problems:
        if problem.severity == "error":
            wrong[f"attributes.{problem.key}"] = Invalid(problem.text, code=problem.code, **problem.params)
    return attributes, wrong


def _check_numbers(values: Mapping[str, Any]) -> dict[str, FacilityError]:
    wrong: dict[str, FacilityError] = {}
    lon, lat = values.get("lon"), values.get("lat")
    if (lon is None) != (lat is None):
        wrong["lon"] = Invalid(N_("Give both longitude and latitude, or neither."))
    elif lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        wrong["lon"] = Invalid(N_("Longitude lies between −180 and 180, latitude between −90 and 90."))
    condition = values.get("condition")
    if condition is not None and not 1 <= condition <= 5:
        wrong["condition"] = Invalid(N_("A condition is a whole number from 1 (excellent) to 5 (critical)."))
    return wrong


def _refuse(wrong: dict[str, FacilityError]) -> None:
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), code="invalid_fields", fields=wrong)


async def next_codes(kind: Kind, count: int) -> list[str]:
    """Reserve ``count`` codes of the kind's series, such as GC-0001; numbers are never used twice."""
    last: int = await fetchval(
        "INSERT INTO number_series (name, year, last_value) VALUES ($1, 0, $2)"
        " ON CONFLICT (name, year) DO UPDATE SET last_value = number_series.last_value + $2 RETURNING last_value",
        f"asset:{kind.prefix}",
        count,
    )
    return [f"{kind.prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]


async def register_asset(new: AssetCreate, act: Act) -> AssetRead:
    """Put an asset on record. Raises Invalid by field, Conflict for a code or component id already used."""
    act.require(Role.REGISTRAR, place=Place(new.organisation_id, new.street))
    kind = catalogue().kind(new.kind)
    values = msgspec.structs.asdict(new)
    attributes, wrong = check_asset(values, kind, partial=False)
    _refuse(wrong)
    try:
        async with transaction():
            code = new.code or await _free_code(kind)
            asset_id = await _insert(values | {"code": code, "attributes": attributes}, act)
            await record(asset_id, AssetRegistered(name=new.name.strip(), code=code), act)
    except asyncpg.UniqueViolationError as error:
        raise Conflict(N_("Another facility already has this code or component id."), code="code_taken") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Invalid(N_("There is no such organisation."), code="unknown_organisation") from error
    return await get_asset_by_id(asset_id)


async def _free_code(kind: Kind) -> str:
    while True:
        (code,) = await next_codes(kind, 1)
        if not await fetchval("SELECT true FROM asset WHERE code = $1", code):
            return code


_INSERT = (
    "code", "kind", "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "geometry",
    "status", "operating_state", "condition", "organisation_id", "component_id", "attributes",
)  # fmt: skip


async def _insert(values: Mapping[str, Any], act: Act) -> int:
    row = {name: values[name] for name in _INSERT}
    for name in _TEXTS:
        row[name] = row[name].strip()
    row["component_id"] = row["component_id"] or None
    row |= {
        "condition_on": act.at.date() if row["condition"] else None,
        "search": search_of(row),
        "created_at": act.at,
        "updated_at": act.at,
    }
    places = ", ".join(f"${n + 1}" for n in range(len(row)))
    found: int = await fetchval(f"INSERT INTO asset ({', '.join(row)}) VALUES ({places}) RETURNING id", *row.values())
    return found


def search_of(row: Mapping[str, Any]) -> list[str]:
    """The search keys of a record."""
    return grams(*(row.get(name) for name in ("code", "name", "name_en", "address", "street", "community")))


async def update_asset(code: str, change: AssetUpdate, version: int, act: Act) -> AssetRead:
    """Correct a record under optimistic locking. Raises Stale when somebody was faster; nothing is overwritten."""
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    given = {k: v for k, v in msgspec.structs.asdict(change).items() if v is not UNSET}
    if "street" in given or "organisation_id" in given:
        moved = Place(given.get("organisation_id", asset.organisation_id), given.get("street", asset.street))
        act.require(Role.REGISTRAR, place=moved)
    changed = _changes(asset, given)
    if asset.version != version:
        raise stale()
    if not changed:
        return asset
    try:
        async with transaction():
            await _update(asset, changed, version, act)
            await record(asset.id, AssetChanged(fields=sorted(changed)), act)
            if "condition" in changed and changed["condition"] is not None:
                await record(asset.id, ConditionRated(condition=changed["condition"], before=asset.condition), act)
    except asyncpg.UniqueViolationError as error:
        raise Conflict(N_("Another facility already has this code or component id."), code="code_taken") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Invalid(N_("There is no such organisation."), code="unknown_organisation") from error
    return await get_asset_by_id(asset.id)


def stale() -> Stale:
    """The refusal of an outdated version."""
    return Stale(N_("Somebody changed this record after you opened it. Load it again; what you typed is still here."))


def _changes(asset: AssetRead, given: Mapping[str, Any]) -> dict[str, Any]:
    position = {name: given.get(name, getattr(asset, name)) for name in ("lon", "lat")}
    checked = dict(given) | (position if {"lon", "lat"} & given.keys() else {})
    removed: set[str] = set()
    if "attributes" in checked:
        removed = {key for key, value in checked["attributes"].items() if value is None}
        kept = {k: v for k, v in checked["attributes"].items() if v is not None}
        checked["attributes"] = kept
    kind = catalogue().kind(asset.kind)
    attributes, wrong = check_asset(checked, kind, partial=True)
    _refuse(wrong)
    if "attributes" in checked:
        merged = {k: v for k, v in asset.attributes.items() if k not in removed}
        checked["attributes"] = merged | attributes
    for name in _TEXTS.keys() & checked.keys():
        checked[name] = checked[name].strip()
    return {name: value for name, value in checked.items() if value != getattr(asset, name)}


async def _update(asset: AssetRead, changed: Mapping[str, Any], version: int, act: Act) -> None:
    row = dict(changed)
    if "condition" in row:
        row["condition_on"] = act.at.date() if row["condition"] else None
    after = msgspec.structs.asdict(asset) | row
    row |= {"search": search_of(after), "updated_at": act.at}
    sets = ", ".join(f"{name} = ${n + 3}" for n, name in enumerate(row))
    done = await fetchrow(
        f"UPDATE asset SET {sets}, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
        asset.id,
        version,
        *row.values(),
    )
    if done is None:
        raise stale()


async def rate_condition(asset_id: int, condition: int, act: Act) -> None:
    """Rate an asset from 1 (excellent) to 5 (critical), as an inspection finds it."""
    asset = await get_asset_by_id(asset_id)
    act.require(Role.INSPECTOR, Role.CREW, Role.REGISTRAR, place=place_of(asset))
    _refuse(_check_numbers({"condition": condition}))
    async with transaction():
        await execute(
            "UPDATE asset SET condition = $2, condition_on = $3, updated_at = $4, version = version + 1 WHERE id = $1",
            asset_id,
            condition,
            act.at.date(),
            act.at,
        )
        await record(asset_id, ConditionRated(condition=condition, before=asset.condition), act)


async def retire_asset(code: str, reason: str, version: int, act: Act) -> AssetRead:
    """Take an asset out of service; record, code and history stay. Refused while work on it is open."""
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    if not reason.strip() or len(reason) > 200:
        raise Invalid(N_("Say why, in 1 to 200 characters."), code="reason_needed")
    if asset.operating_state == "retired":
        raise Refused(N_("This facility is retired already."))
    if asset.open_requests or asset.open_orders:
        raise Refused(N_("Work on this facility is still open. Close or cancel it first."))
    async with transaction():
        await _move(asset, "retired", version, act, reason.strip())
        await record(asset.id, AssetRetired(reason=reason.strip()), act)
    return await get_asset_by_id(asset.id)


async def reinstate_asset(code: str, version: int, act: Act) -> AssetRead:
    """Bring a retired asset back into service: the undo of retiring."""
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    if asset.operating_state != "retired":
        raise Refused(N_("This facility is not retired."))
    async with transaction():
        await _move(asset, "in_service", version, act, None)
        await record(asset.id, AssetReinstated(), act)
    return await get_asset_by_id(asset.id)


async def _move(asset: AssetRead, state: str, version: int, act: Act, reason: str | None) -> None:
    done = await fetchrow(
        "UPDATE asset SET operating_state = $3, retired_at = $4, retired_reason = $5, updated_at = $6,"
        " version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
        asset.id,
        version,
        state,
        act.at if state == "retired" else None,
        reason,
        act.at,
    )
    if done is None:
        raise stale()
