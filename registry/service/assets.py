"""Register and correct an asset."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval, transaction
from foundation.errors import Invalid, Stale
from foundation.principals import Place, Role
from foundation.translation import N_
from registry.catalogue import Kind, catalogue
from registry.events import AssetChanged, AssetRegistered, ConditionRated
from registry.history import HistoryEvent, record, record_many
from registry.queries import get_asset, get_asset_by_id, place_of
from registry.schemas import AssetCreate, AssetRead, AssetUpdate
from registry.search import search_keys
from registry.service.checks import check_asset, refuse, told_by_field

COLUMNS: Final = (
    "code", "kind", "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "geometry",
    "status", "operating_state", "condition", "condition_on", "organisation_id", "component_id", "attributes", "search",
    "created_at", "updated_at",
)  # fmt: skip


async def next_codes(kind: Kind, count: int) -> list[str]:
    """Reserve ``count`` codes of the kind's series, such as GC-0001; numbers are never used twice."""
    last: int = await fetchval(
        "INSERT INTO number_series (name, year, last_value) VALUES ($1, 0, $2)"
        " ON CONFLICT (name, year) DO UPDATE SET last_value = number_series.last_value + $2 RETURNING last_value",
        f"asset:{kind.prefix}",
        count,
    )
    return [f"{kind.prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]


async def free_codes(kind: Kind, count: int, used: Collection[str | None] = ()) -> list[str]:
    """As many codes of the series as wanted, leaving out ``used`` and those on record that somebody gave by hand."""
    found: list[str] = []
    while len(found) < count:
        codes = [code for code in await next_codes(kind, count - len(found)) if code not in used]
        taken = {row["code"] for row in await fetch("SELECT code FROM asset WHERE code = ANY($1::text[])", codes)}
        found.extend(code for code in codes if code not in taken)
    return found


async def register_asset(new: AssetCreate, act: Act) -> AssetRead:
    """Put an asset on record. Raises Invalid by field, Conflict for a code or component id already used."""
    values = check_new(new, act)
    async with transaction():
        if values["code"] is None:
            (values["code"],) = await free_codes(catalogue().kind(new.kind), 1)
        row = new_row(values, act)
        places = ", ".join(f"${n + 1}" for n in range(len(COLUMNS)))
        with told_by_field():
            asset_id: int = await fetchval(
                f"INSERT INTO asset ({', '.join(COLUMNS)}) VALUES ({places}) RETURNING id", *row
            )
        await record(asset_id, AssetRegistered(name=values["name"], code=values["code"]), act)
    return await get_asset_by_id(asset_id)


def check_new(new: AssetCreate, act: Act) -> dict[str, Any]:
    """The values of a new record in their kept form. Raises Invalid by field, NotSignedIn and Forbidden."""
    street = " ".join(new.street.split())
    act.require(Role.REGISTRAR, place=Place(new.organisation_id, street))
    values = check_asset(msgspec.structs.asdict(new), catalogue().kind(new.kind), partial=False)
    if new.operating_state == "retired":
        refuse({"operating_state": _by_its_own_act()})
    return values


def _by_its_own_act() -> Invalid:
    return Invalid(N_("Retiring and reinstating are steps of their own."), code="own_step")


def new_row(values: Mapping[str, Any], act: Act) -> list[Any]:
    """The record in the order of ``COLUMNS``."""
    row = dict(values) | {
        "condition_on": act.at.date() if values["condition"] else None,
        "search": search_of(values),
        "created_at": act.at,
        "updated_at": act.at,
    }
    return [row[name] for name in COLUMNS]


def search_of(row: Mapping[str, Any]) -> list[str]:
    """The search keys of a record."""
    return search_keys(*(row.get(name) for name in ("code", "name", "name_en", "address", "street", "community")))


async def update_asset(code: str, change: AssetUpdate, version: int, act: Act) -> AssetRead:
    """Correct a record under optimistic locking. Raises Stale when somebody was faster; nothing is overwritten."""
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    given = {k: v for k, v in msgspec.structs.asdict(change).items() if v is not UNSET}
    changed = _changes(asset, given)
    if "street" in changed or "organisation_id" in changed:
        moved = Place(changed.get("organisation_id", asset.organisation_id), changed.get("street", asset.street))
        act.require(Role.REGISTRAR, place=moved)
    if asset.version != version:
        raise stale()
    if not changed:
        return asset
    async with transaction():
        with told_by_field():
            await _update(asset, changed, version, act)
        await record_many([(asset.id, event) for event in _told(asset, changed)], act)
    return await get_asset_by_id(asset.id)


def stale() -> Stale:
    """The refusal of an outdated version."""
    return Stale(N_("Somebody changed this record after you opened it. Load it again; what you typed is still here."))


def _changes(asset: AssetRead, given: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the record, in its kept form."""
    kind = catalogue().kind(asset.kind)
    wanted = dict(given)
    if {"lon", "lat"} & given.keys():
        wanted |= {name: given.get(name, getattr(asset, name)) for name in ("lon", "lat")}
    gone: set[str] = set()
    if "attributes" in wanted:
        # What the catalogue no longer knows can be neither corrected nor kept from being removed.
        gone = {k for k, v in wanted["attributes"].items() if v is None and k in asset.attributes}
        wanted["attributes"] = {k: v for k, v in wanted["attributes"].items() if k not in gone}
    kept = check_asset(wanted, kind, partial=True)
    if "attributes" in kept:
        merged = asset.attributes | kept["attributes"]
        kept["attributes"] = {k: v for k, v in merged.items() if v is not None and k not in gone}
    changed = {name: value for name, value in kept.items() if value != getattr(asset, name)}
    if "retired" in {asset.operating_state, changed.get("operating_state")} and "operating_state" in changed:
        refuse({"operating_state": _by_its_own_act()})
    return changed


def _told(asset: AssetRead, changed: Mapping[str, Any]) -> Iterator[HistoryEvent]:
    yield AssetChanged(fields=sorted(changed))
    if changed.get("condition") is not None:
        yield ConditionRated(condition=changed["condition"], before=asset.condition)


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
