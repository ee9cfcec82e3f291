"""Rate, retire and reinstate an asset."""

from __future__ import annotations

from foundation.act import Act
from foundation.database import execute, fetchrow, transaction
from foundation.errors import Invalid, Refused
from foundation.principals import Role
from foundation.translation import N_
from registry.events import AssetReinstated, AssetRetired, ConditionRated
from registry.history import record
from registry.queries import get_asset, get_asset_by_id, place_of
from registry.schemas import AssetRead
from registry.service.assets import stale
from registry.service.checks import check_condition


async def rate_condition(asset_id: int, condition: int, act: Act) -> None:
    """Rate an asset from 1 (excellent) to 5 (critical), as an inspection finds it."""
    asset = await get_asset_by_id(asset_id)
    act.require(Role.INSPECTOR, Role.CREW, Role.REGISTRAR, place=place_of(asset))
    check_condition(condition)
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
    why = " ".join(reason.split())
    if not why or len(why) > 200 or "\0" in why:
        wrong = Invalid(N_("Say why, in 1 to 200 characters."), code="reason_needed")
        raise Invalid(wrong.text, code=wrong.code, fields={"reason": wrong})
    if asset.version != version:
        raise stale()
    if asset.operating_state == "retired":
        raise Refused(N_("This facility is retired already."))
    if asset.open_requests or asset.open_orders:
        raise Refused(N_("Work on this facility is still open. Close or cancel it first."))
    async with transaction():
        await _move(asset, "retired", version, act, why)
        await record(asset.id, AssetRetired(reason=why), act)
    return await get_asset_by_id(asset.id)


async def reinstate_asset(code: str, version: int, act: Act) -> AssetRead:
    """Bring a retired asset back into service: the undo of retiring."""
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    if asset.version != version:
        raise stale()
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
