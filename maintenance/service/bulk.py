"""The same deed on many orders: each by itself, so that one refusal does not hold up the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import FacilityError, Invalid
from foundation.translation import N_
from maintenance.schemas import OrderDeed
from maintenance.service.orders import act_on_order

MOST: int = 200


@dataclass(slots=True)
class Assigned:
    """Which orders went to the crew, and which did not with the reason."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, FacilityError]] = field(default_factory=list)


async def assign_orders(numbers: Sequence[str], crew_id: int | None, act: Act) -> Assigned:
    """Give many orders to one crew. Raises Invalid for no crew, no order or more than 200."""
    if not await fetchval("SELECT true FROM crew WHERE id = $1 AND active", crew_id):
        raise Invalid(N_("Choose a crew."), code="crew_needed")
    if not 1 <= len(numbers) <= MOST:
        raise Invalid(N_("Pick 1 to {most} orders."), code="bad_pick", most=MOST)
    result = Assigned()
    for number in dict.fromkeys(numbers):
        try:
            await act_on_order(number, "assign", OrderDeed(crew_id=crew_id), act)
            result.done.append(number)
        except FacilityError as error:
            result.refused.append((number, error))
    return result
