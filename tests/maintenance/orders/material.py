"""Orders to act on: the steps to each state, a round of several assets, the lines left behind."""

from __future__ import annotations

from foundation.act import Act
from maintenance.schemas import PreventiveOrder
from registry.queries import find_history
from registry.schemas import AssetRead

PATHS = {
    "open": (),
    "assigned": ("assign",),
    "accepted": ("assign", "accept"),
    "in_progress": ("assign", "accept", "start"),
    "done": ("assign", "accept", "start", "complete"),
    "verified": ("assign", "accept", "start", "complete", "verify"),
    "closed": ("assign", "accept", "start", "complete", "verify", "close"),
    "returned": ("assign", "return"),
    "suspended": ("assign", "accept", "suspend"),
    "cancelled": ("cancel",),
}


async def kinds_of(asset: AssetRead) -> list[str]:
    return [line.kind for line in reversed((await find_history(asset.id, None)).items)]


def round_of(assets: list[AssetRead], crew_id: int | None, act: Act, **values: object) -> PreventiveOrder:
    given: dict = {
        "title_zh": "全面保洁",
        "title_en": "Full clean",
        "stops": [(one.id, f"plan:1:{one.id}:2026-11-23") for one in assets],
        "due_at": act.at,
        "crew_id": crew_id,
        "checklist": [
            {"key": "clean", "zh": "干净", "en": "Clean", "input": "tick"},
            {"key": "ppm", "zh": "氨", "en": "Ammonia", "input": "number", "required": False, "unit": "ppm", "max": 25},
        ],
    }
    return PreventiveOrder(**(given | values))
