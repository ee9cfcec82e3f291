"""New assets to register, and what a deed leaves behind or names as wrong."""

from __future__ import annotations

import pytest

from foundation.errors import Invalid
from registry.queries import find_history
from registry.schemas import AssetCreate

STREET = "五马街道"
ELSEWHERE = "南汇街道"


def new(**values) -> AssetCreate:
    return AssetCreate(**({"kind": "public_toilet", "name": "公厕", "street": STREET} | values))


async def kinds_of(asset_id: int) -> list[str]:
    return [line.kind for line in (await find_history(asset_id)).items][::-1]


async def wrong_fields(deed) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        await deed
    return {name: error.message("en") for name, error in caught.value.fields.items()}
