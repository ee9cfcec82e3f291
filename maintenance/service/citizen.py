"""What a citizen does: report, withdraw, contest, rate. No account; the token of their page is their key."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from foundation.act import Act
from foundation.database import execute, fetchrow, fetchval, transaction
from foundation.errors import FacilityError, Invalid, NotFound, Refused
from foundation.translation import N_
from maintenance.deadlines import promise_for
from maintenance.events import RequestHeld, RequestJoined, RequestRated, RequestReported
from maintenance.schemas import ReportCreate, Reported
from maintenance.service.moves import known_fault, move_request_row
from maintenance.service.numbers import next_numbers
from maintenance.service.photos import attach_photos, keep_photos
from maintenance.service.signals import rewrite_signals
from maintenance.states import RequestAction
from registry.catalogue import catalogue
from registry.catalogue.schema import Fault
from registry.history import record
from registry.queries import get_asset_by_id
from registry.schemas import AssetRead

DOUBLE: Final = timedelta(minutes=10)
CONTEST_WITHIN: Final = timedelta(days=7)
MOST_PHOTOS: Final = 4
_BUSY: Final = 8  # reports of one sender within ten minutes that are taken without a look
_PHONE = re.compile(r"[+(（]?[0-9][0-9 \-()（）转]{4,30}", re.ASCII)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


async def report_fault(asset_id: int, new: ReportCreate, act: Act) -> Reported:
    """Take in a citizen's report. Anyone may.

    The same report again within ten minutes is the same report; the same fault by somebody else joins the one that is
    known (+1) with a page of its own; what looks like abuse is held for a look and answered like any other.
    Raises Invalid by field; nothing is kept then.
    """
    asset = await get_asset_by_id(asset_id)
    fault = _check(asset, new)
    fingerprint = _fingerprint(asset_id, new)
    twin = await _twin(fingerprint, act)
    if twin is not None:
        return Reported(number=twin["number"], token=twin["token"], repeated=True)
    photos = await keep_photos(new.photos)
    async with transaction():
        # Two people at one door: whoever is second joins the first.
        await execute("SELECT 1 FROM asset WHERE id = $1 FOR NO KEY UPDATE", asset_id)
        twin = await _twin(fingerprint, act)
        if twin is not None:
            return Reported(number=twin["number"], token=twin["token"], repeated=True)
        held = await _suspicious(new, act)
        known = None if held else await known_fault(asset_id, new.category)
        row = await _insert(asset, fault, new, fingerprint, known, act, held=held)
        await attach_photos(photos, "report", act, request_id=row["id"])
        await _note(asset, fault, row, known, act, held=held)
        await rewrite_signals([asset_id], act)
    return Reported(number=row["number"], token=row["token"], merged=known is not None)


def _check(asset: AssetRead, new: ReportCreate) -> Fault:
    wrong: dict[str, FacilityError] = {}
    fault = catalogue().kind(asset.kind).fault(new.category)
    if not new.category:
        wrong["category"] = Invalid(N_("Tap what is wrong."), code="category_needed")
    elif fault is None or (new.channel == "label" and not fault.citizen):
        wrong["category"] = Invalid(N_("There is no such kind of fault here."), code="bad_category")
    if len(new.description) > 2000:
        wrong["description"] = Invalid(N_("At most {longest} characters."), code="too_long", longest=2000)
    elif "\0" in new.description:  # no database holds it
        wrong["description"] = Invalid(N_("The text holds signs that cannot be shown."), code="bad_text")
    if new.phone and not _PHONE.fullmatch(new.phone):
        wrong["phone"] = Invalid(N_("This is not a phone number. You may leave it empty."), code="bad_phone")
    if len(new.photos) > MOST_PHOTOS:
        wrong["photo"] = Invalid(N_("At most {most} photos."), code="too_many_photos", most=MOST_PHOTOS)
    # The label may still hang there, and be forged or lead astray.
    if asset.operating_state == "retired" and (fault is None or fault.about != "label"):
        raise Refused(N_("This facility is no longer in service."), code="retired")
    if wrong or fault is None:
        raise Invalid(N_("Please look at what is marked. Nothing was sent yet."), code="invalid_fields", fields=wrong)
    return fault


def _fingerprint(asset_id: int, new: ReportCreate) -> str:
    parts = [str(asset_id), new.category, new.description.strip(), new.phone, new.client]
    digest = hashlib.sha256("\0".join(parts).encode())
    for photo in new.photos:
        digest.update(hashlib.sha256(photo).digest())
    return digest.hexdigest()


async def _twin(fingerprint: str, act: Act) -> Any:
    return await fetchrow(
        "SELECT number, token FROM service_request WHERE fingerprint = $1 AND reported_at > $2"
        " ORDER BY id DESC LIMIT 1",
        fingerprint,
        act.at - DOUBLE,
    )


async def _suspicious(new: ReportCreate, act: Act) -> bool:
    if new.channel != "label":
        return False
    if new.honeypot or len(_LINK.findall(new.description)) > 1:
        return True
    recent = await fetchval(
        "SELECT count(*) FROM request_contact c JOIN service_request r ON r.id = c.request_id"
        " WHERE c.client_hash = $1 AND c.client_hash <> '' AND r.reported_at > $2",
        new.client,
        act.at - DOUBLE,
    )
    return bool(recent >= _BUSY)


async def _insert(
    asset: AssetRead, fault: Fault, new: ReportCreate, fingerprint: str, known: Any, act: Act, *, held: bool
) -> dict[str, Any]:
    (number,) = await next_numbers("SR", 1, act.at)
    token = secrets.token_urlsafe(16)
    promise = await promise_for(asset.kind, fault, act.at)
    request_id = await fetchval(
        "INSERT INTO service_request (number, token, asset_id, category, priority, state, channel, held,"
        " merged_into_id, fingerprint, reported_at, respond_by, due_at, due_provisional, ended_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
        number,
        token,
        asset.id,
        fault.key,
        fault.priority,
        "merged" if known else "reported",
        new.channel,
        held,
        known["id"] if known else None,
        fingerprint,
        act.at,
        promise.respond_by,
        promise.due_at,
        promise.provisional,
        act.at if known else None,
    )
    await execute(
        "INSERT INTO request_contact (request_id, description, phone, lon, lat, client_hash)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        request_id,
        new.description.strip(),
        new.phone.strip(),
        new.lon,
        new.lat,
        new.client,
    )
    if known:
        await execute(
            "UPDATE service_request SET reporters = reporters + 1, version = version + 1 WHERE id = $1", known["id"]
        )
    return {"id": request_id, "number": number, "token": token}


async def _note(asset: AssetRead, fault: Fault, row: Mapping[str, Any], known: Any, act: Act, *, held: bool) -> None:
    if held:
        await record(asset.id, RequestHeld(number=row["number"], category_key=fault.key), act)
    elif known:
        joined = RequestJoined(
            number=known["number"],
            category_zh=fault.zh,
            category_en=fault.en,
            reporters=known["reporters"] + 1,
            category_key=fault.key,
        )
        await record(asset.id, joined, act)
    else:
        reported = RequestReported(
            number=row["number"], category_zh=fault.zh, category_en=fault.en, category_key=fault.key
        )
        await record(asset.id, reported, act)


async def _by_token(token: str) -> Any:
    row = await fetchrow("SELECT * FROM service_request WHERE token = $1 FOR UPDATE", token)
    if row is None:
        raise NotFound(N_("There is no report at this address."))
    return row


async def _main_of(row: Any) -> Any:
    """The report that carries the work: the one this was merged into, else itself."""
    if row["merged_into_id"] is None:
        return row
    return await fetchrow("SELECT * FROM service_request WHERE id = $1 FOR UPDATE", row["merged_into_id"])


async def withdraw_request(token: str, act: Act) -> None:
    """Take a report back before a crew is sent; contact and words go at once. Raises Refused later on."""
    async with transaction():
        row = await _by_token(token)
        if row["state"] == "merged" or row["reporters"] > 1:
            raise Refused(N_("Others reported this too, so it stays open."), code="others_too")
        await move_request_row(row, RequestAction.WITHDRAW, act)
        await execute(
            "UPDATE request_contact SET description = '', phone = '', lon = NULL, lat = NULL WHERE request_id = $1",
            row["id"],
        )
        await rewrite_signals([row["asset_id"]], act)


async def contest_request(token: str, reason: str, act: Act) -> None:
    """Say within seven days that it is not fixed; a dispatcher looks at it again. Raises Invalid without a reason."""
    if not reason.strip() or len(reason) > 500:
        raise Invalid(N_("Say in a few words what is still wrong."), code="reason_needed")
    async with transaction():
        row = await _by_token(token)
        row = await _main_of(row)
        if row["ended_at"] is not None and act.at - row["ended_at"] > CONTEST_WITHIN:
            raise Refused(N_("Seven days have passed. Please report the fault anew."), code="too_late")
        await move_request_row(row, RequestAction.CONTEST, act)
        # The citizen's own words stay with their report, out of history.
        await execute(
            "UPDATE request_contact SET description = left(description || E'\n' || $2, 2000), keep_until = NULL"
            " WHERE request_id = $1",
            row["id"],
            reason.strip(),
        )
        await rewrite_signals([row["asset_id"]], act)


async def rate_request(token: str, stars: str, act: Act) -> None:
    """Rate finished work from 1 to 5, once."""
    if stars not in {"1", "2", "3", "4", "5"}:
        raise Invalid(N_("Choose from 1 to 5."), code="bad_rating")
    async with transaction():
        row = await _by_token(token)
        told = await _main_of(row)
        if told["state"] not in {"closed", "verified"} or row["rating"] is not None:
            raise Refused(N_("This can be rated once, when it is finished."))
        await execute("UPDATE service_request SET rating = $2 WHERE id = $1", row["id"], int(stars))
        await record(row["asset_id"], RequestRated(number=row["number"], stars=int(stars)), act)
