"""Reports held back until a dispatcher releases them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.errors import Forbidden, Refused
from maintenance.queries import (
    desk_counts,
    get_request,
)
from maintenance.service import (
    release_request,
    report_fault,
)
from registry.queries import get_asset_by_id
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_a_held_report_counts_once_released(
    toilet: AssetRead, citizen: Act, dispatcher: Act, crew: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(honeypot="x"), citizen)
    assert (await desk_counts(citizen.at))["held"] == 1
    with pytest.raises(Forbidden):
        await release_request(made.number, crew)
    assert not (await release_request(made.number, dispatcher)).held
    assert (await get_asset_by_id(toilet.id)).open_requests == 1
    with pytest.raises(Refused):
        await release_request(made.number, dispatcher)


async def test_a_released_report_joins_what_is_known_by_then(
    toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    held = await report_fault(toilet.id, report_of(honeypot="x", client="a"), citizen)
    known = await report_fault(toilet.id, report_of(client="b"), citizen)
    assert not known.merged
    released = await release_request(held.number, dispatcher)
    assert (released.state, released.merged_into) == ("merged", known.number)
    assert (await get_request(known.number)).reporters == 2
