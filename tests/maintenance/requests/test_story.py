"""What a reporter and others see of a report: its story and its photos."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.errors import NotFound
from maintenance.queries import (
    find_photos,
    get_photo,
    story_of,
)
from maintenance.schemas import OrderCreate
from maintenance.service import (
    act_on_request,
    open_order,
    report_fault,
)
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_the_story_shows_each_step_and_the_after_photo_once_verified(
    toilet: AssetRead, citizen: Act, dispatcher: Act, walk: Callable, picture: Callable, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(photos=[picture("red")]), citizen)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete")
    story = await story_of(made.token)
    assert [state for _, state in story.steps] == ["reported", "filed", "dispatched", "in_progress", "done"]
    assert [photo.stage for photo in story.photos] == ["report"]
    await walk(order.number, "verify")
    assert [photo.stage for photo in (await story_of(made.token)).photos] == ["report", "after"]
    with pytest.raises(NotFound):
        await story_of("nonsense")


async def test_a_photo_is_seen_by_its_reporter_and_by_staff_until_it_is_public(
    toilet: AssetRead, citizen: Act, dispatcher: Act, crew: Act, walk: Callable, picture: Callable, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(photos=[picture("red")]), citizen)
    (photo,) = await find_photos(request=made.number)
    for token in ("", "nonsense"):
        with pytest.raises(NotFound):
            await get_photo(photo.id, token, citizen)
    assert await get_photo(photo.id, made.token, citizen)
    assert await get_photo(photo.id, "", crew)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete")
    (after,) = await find_photos(order=order.number)
    with pytest.raises(NotFound):
        await get_photo(after.id, made.token, citizen)
    await walk(order.number, "verify")
    assert await get_photo(after.id, "", citizen)
    with pytest.raises(NotFound):
        await get_photo(photo.id, "", citizen), "what a citizen took stays theirs"
