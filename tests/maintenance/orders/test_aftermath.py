"""What citizens say of finished work: contested within seven days, rated once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.errors import Invalid, Refused
from maintenance.queries import get_request, story_of
from maintenance.schemas import OrderCreate, Reported
from maintenance.service import (
    act_on_request,
    contest_request,
    open_order,
    rate_request,
    report_fault,
)
from registry.schemas import AssetRead
from tests.maintenance.orders.material import PATHS

pytestmark = pytest.mark.anyio


async def test_a_contested_report_gets_a_second_order(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    first = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(first.number, *PATHS["closed"])
    assert (await story_of(filed.token)).may_contest
    await contest_request(filed.token, "还是堵的", later(citizen, days=1))
    assert (await get_request(filed.number)).state == "contested"
    await act_on_request(filed.number, "file", dispatcher)
    second = await open_order(OrderCreate(request=filed.number), dispatcher)
    assert (await get_request(filed.number)).order == second.number
    await walk(second.number, *PATHS["closed"])
    assert (await get_request(filed.number)).state == "closed"


async def test_after_seven_days_it_is_a_new_report(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["closed"])
    with pytest.raises(Invalid):
        await contest_request(filed.token, " ", citizen)
    with pytest.raises(Refused) as refused:
        await contest_request(filed.token, "还是堵的", later(citizen, days=7, seconds=1))
    assert refused.value.code == "too_late"
    await contest_request(filed.token, "还是堵的", later(citizen, days=7))


async def test_finished_work_is_rated_once_by_each(
    toilet: AssetRead, filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, report_of: Callable
) -> None:
    joined = await report_fault(toilet.id, report_of("overflow", client="b"), citizen)
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["closed"])
    for token in (filed.token, joined.token):
        assert (await story_of(token)).may_rate
        await rate_request(token, "4", citizen)
        assert not (await story_of(token)).may_rate
        with pytest.raises(Refused):
            await rate_request(token, "1", citizen)
