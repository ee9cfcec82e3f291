"""What staff do with a report: verify, file, refuse, merge, close; release what was held; see a phone number."""

from __future__ import annotations

from typing import Any

from foundation.act import Act
from foundation.database import execute, fetchrow, transaction
from foundation.errors import Invalid, NotFound, Refused, Stale
from foundation.principals import Place, Role
from foundation.translation import N_
from maintenance.events import ContactSeen, RequestMerged, RequestRefused, RequestReported
from maintenance.queries import get_order, get_request
from maintenance.schemas import ContactRead, OrderCreate, OrderDeed, OrderRead, RequestRead
from maintenance.service.moves import known_fault, move_request_row
from maintenance.service.open_orders import open_order
from maintenance.service.orders import act_on_order
from maintenance.service.signals import rewrite_signals
from maintenance.states import REQUEST_BUTTONS, RequestAction, RequestState, request_actions_from
from registry.catalogue import catalogue
from registry.history import record

_LONGEST_REASON = 500


async def act_on_request(
    number: str,
    action: str,
    act: Act,
    *,
    reason: str = "",
    into: str = "",
    version: int | None = None,
) -> RequestRead:
    """Move a report by hand. ``refuse`` needs a reason, which the citizen sees; ``merge`` the number it goes ``into``.

    Raises Invalid, Refused for a move the table lacks, Stale for an old version. What follows from an order is refused.
    """
    wanted = _button(action)
    async with transaction():
        row = await _locked(number, act, version)
        if wanted not in request_actions_from(row["state"]):
            raise Refused(
                N_("This step is no longer possible: the report has moved on. Load it again."),
                code="bad_move", state=row["state"], action=wanted.value,
            )  # fmt: skip
        if wanted in {RequestAction.REFUSE, RequestAction.CLOSE}:
            await _refuse(row, wanted, reason, act)
        elif wanted is RequestAction.MERGE:
            await _merge(row, into, act)
        else:
            await move_request_row(row, wanted, act)
        await rewrite_signals([row["asset_id"]], act)
    return await get_request(number)


def _button(action: str) -> RequestAction:
    try:
        wanted = RequestAction(action)
    except ValueError:
        wanted = None
    if wanted not in REQUEST_BUTTONS:
        raise Invalid(N_("There is no action “{action}” on a report."), code="bad_action", action=action[:40])
    return wanted


async def _locked(number: str, act: Act, version: int | None) -> Any:
    row = await fetchrow(
        "SELECT r.*, a.street, a.organisation_id, a.kind FROM service_request r JOIN asset a ON a.id = r.asset_id"
        " WHERE r.number = $1 FOR UPDATE OF r",
        number,
    )
    if row is None:
        raise NotFound(N_("There is no report {number}."), number=number[:40])
    act.require(Role.DISPATCHER, place=Place(row["organisation_id"], row["street"]))
    if version is not None and version != row["version"]:
        raise Stale(N_("Somebody changed this report after you opened it. Load it again."))
    return row


async def _refuse(row: Any, action: RequestAction, reason: str, act: Act) -> None:
    text = reason.strip()
    if not 1 <= len(text) <= _LONGEST_REASON:
        raise Invalid(N_("Say why, in 1 to 500 characters. The citizen reads it."), code="reason_needed")
    await move_request_row(row, action, act, reason=text)
    await record(row["asset_id"], RequestRefused(number=row["number"], reason=text), act)


async def _merge(row: Any, into: str, act: Act) -> None:
    other = await fetchrow("SELECT * FROM service_request WHERE number = $1 FOR UPDATE", into.strip())
    if other is None or other["asset_id"] != row["asset_id"] or other["id"] == row["id"]:
        raise Invalid(N_("Choose another open report on the same facility."), code="bad_merge")
    if other["state"] in {"closed", "refused", "merged", "withdrawn"}:
        raise Refused(N_("The report {number} is over already."), number=other["number"])
    await move_request_row(row, RequestAction.MERGE, act)
    await execute("UPDATE service_request SET merged_into_id = $2 WHERE id = $1", row["id"], other["id"])
    await execute(
        "UPDATE service_request SET reporters = reporters + $2, version = version + 1 WHERE id = $1",
        other["id"],
        row["reporters"],
    )
    await record(row["asset_id"], RequestMerged(number=row["number"], into=other["number"]), act)


async def dispatch_request(
    number: str, crew_id: int | None, note: str, act: Act, version: int | None = None
) -> OrderRead:
    """File where needed, open the order and give it to a crew: the dispatcher's usual three steps, all or none."""
    async with transaction():
        row = await _locked(number, act, version)
        if row["state"] != RequestState.FILED:
            await act_on_request(number, "file", act)
        order = await fetchrow(
            "SELECT number FROM work_order WHERE request_id = $1 AND state IN ('open', 'returned')", row["id"]
        )
        waiting = order["number"] if order else (await open_order(OrderCreate(request=number, note=note), act)).number
        await act_on_order(waiting, "assign", OrderDeed(crew_id=crew_id), act)
    return await get_order(waiting)


async def release_request(number: str, act: Act) -> RequestRead:
    """A held report turns out to be honest: it counts from now on."""
    async with transaction():
        row = await _locked(number, act, None)
        if not row["held"]:
            raise Refused(N_("This report is not held."))
        await execute("UPDATE service_request SET held = false, version = version + 1 WHERE id = $1", row["id"])
        known = await known_fault(row["asset_id"], row["category"], row["id"])
        if known is not None and row["state"] in {"reported", "verifying", "filed"}:
            await _merge(row, known["number"], act)
        else:
            await _count_in(row, act)
        await rewrite_signals([row["asset_id"]], act)
    return await get_request(number)


async def _count_in(row: Any, act: Act) -> None:
    fault = catalogue().kind(row["kind"]).fault(row["category"])
    reported = RequestReported(
        number=row["number"],
        category_zh=fault.zh if fault else row["category"],
        category_en=fault.en if fault else row["category"],
        category_key=row["category"],
    )
    await record(row["asset_id"], reported, act)


async def reveal_contact(number: str, act: Act) -> ContactRead:
    """The citizen's phone, words and position, for the dispatcher who handles the report; the look is on record."""
    async with transaction():
        row = await _locked(number, act, None)
        contact = await fetchrow(
            "SELECT phone, description, lon, lat FROM request_contact WHERE request_id = $1", row["id"]
        )
        if contact is not None and (contact["phone"] or contact["lon"] is not None):
            await record(row["asset_id"], ContactSeen(number=number), act)
    return ContactRead(**dict(contact)) if contact else ContactRead()
