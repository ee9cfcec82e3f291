"""What waits at the desk, as figures with the list each leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from app.accounts import count_accounts
from foundation.act import Act
from foundation.principals import Role
from foundation.translation import N_, translate
from labels.queries import label_counts
from maintenance.queries import desk_counts
from registry.queries import asset_counts
from registry.schemas import AssetFilter
from scheduling.queries import count_plans, last_tick

CLOCK_LATE: Final = timedelta(minutes=5)

# What waits: key of the count, sentence, where it is worked off, tone when it is not zero.
_WAITING: Final = (
    ("requests_late", N_("Reports past their time limit"), "/desk/requests?late=1", "danger"),
    ("orders_late", N_("Orders past their time limit"), "/desk/orders?late=1", "danger"),
    ("requests", N_("Reports to verify and file"), "/desk/requests", "warn"),
    ("unassigned", N_("Orders without a crew"), "/desk/orders?state=open", "warn"),
    ("to_verify", N_("Finished work to verify"), "/desk/orders?state=done", "info"),
    ("orders", N_("Open orders"), "/desk/orders", "neutral"),
)
_STEPS: Final = (
    (
        N_("Import the facilities"),
        N_("From a CSV or GeoJSON file; nothing is written before you have seen a trial run."),
        "/desk/imports",
        Role.REGISTRAR,
    ),
    (
        N_("Adopt maintenance plans"),
        N_("The catalogue brings plans for every kind, with their checklists."),
        "/desk/plans",
        Role.PLANNER,
    ),
    (
        N_("Create accounts"),
        N_("For dispatchers, planners and crews; each sets its own password."),
        "/desk/accounts",
        Role.ADMINISTRATOR,
    ),
)


async def overview(act: Act) -> dict[str, Any]:
    """Everything the desk's first page shows."""
    counts = await desk_counts(act.at)
    assets = (await asset_counts(AssetFilter())).total
    plans = await count_plans()
    unlabelled = (await asset_counts(AssetFilter(only="no_label"))).total if assets else 0
    begin = _begin(act, assets, sum(plans.values()), await count_accounts())
    return {
        "waiting": waiting(counts, act),
        "stock": _stock(assets, unlabelled, plans, (await label_counts()).get("printed", 0), act),
        "begin": begin,
        "tick": await last_tick(),
        "clock_late": await clock_is_late(act),
        "assets": assets,
        "nav_counts": dict(counts),
    }


def waiting(counts: Mapping[str, int], act: Act) -> list[dict[str, Any]]:
    """The work that waits, the most pressing first; lateness is shown only where there is any."""
    return [
        {
            "text": translate(act.lang, text),
            "value": counts.get(key, 0),
            "href": href,
            "tone": tone if counts.get(key) else "neutral",
        }
        for key, text, href, tone in _WAITING
        if counts.get(key) or tone != "danger"
    ]


async def clock_is_late(act: Act) -> bool:
    """Whether the clock that opens planned work has stood still for more than five minutes."""
    tick = await last_tick()
    return tick is None or act.at - tick.at > CLOCK_LATE


def _stock(
    assets: int, unlabelled: int, plans: Mapping[str, int], unfixed: int, act: Act
) -> list[tuple[str, int, str, str]]:
    rows = (
        (N_("Facilities"), assets, "/desk/assets", ""),
        (N_("Facilities without a label"), unlabelled, "/desk/labels?only=no_label", "warn" if unlabelled else ""),
        (N_("Labels printed, not yet fixed"), unfixed, "/desk/labels?state=printed", ""),
        (N_("Plans running"), plans.get("active", 0), "/desk/plans", ""),
    )
    return [(translate(act.lang, text), value, href, tone) for text, value, href, tone in rows]


def _begin(act: Act, assets: int, plans: int, accounts: int) -> list[dict[str, Any]]:
    """The first steps of a new district that are still to be done, with who may do them."""
    needed = (not assets, not plans, accounts < 2)
    return [
        {
            "title": translate(act.lang, title),
            "text": translate(act.lang, text),
            "href": href if act.principal.holds(role) else "",
        }
        for is_needed, (title, text, href, role) in zip(needed, _STEPS, strict=True)
        if is_needed
    ]
