"""Labels of the demonstration in every condition that the desk's watch over them can find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.demo.today import Cast
from foundation.act import Act, public_act
from labels.press import PrintOrder
from labels.press.spool import Spooled
from labels.scans import ScanBuffer
from labels.schemas import IssuedLabel
from labels.service import bind_label, make_blank_labels, mark_worn, note_sighting
from labels.service.printing.marking import mark_printed
from labels.stock import DEFAULT_STOCK, STOCKS
from labels.template import DEFAULT_TEMPLATE, shipped_template
from maintenance.schemas import ReportCreate
from maintenance.service import report_fault
from registry.queries import get_asset_by_id
from registry.schemas import AssetCreate

BLANK: Final = 24
_A_STEP_ASIDE: Final = 0.00004  # degrees, some four metres: where a phone says it is
_FAR: Final = 0.013  # degrees of longitude, some 1300 m


@dataclass(frozen=True)
class Marked:
    """A facility and the label it was given."""

    asset_id: int
    asset: AssetCreate
    label: IssuedLabel

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude in degrees; every facility of the demonstration has both."""
        if self.asset.lon is None or self.asset.lat is None:
            raise ValueError(f"{self.asset.name} has no position")
        return self.asset.lon, self.asset.lat


async def play_labels(marked: Sequence[Marked], seen: Sequence[Marked], cast: Cast, now: datetime) -> None:
    """Something for each list of the watch; ``seen`` hang in their places and are scanned.

    The deeds are minutes old where a facility has a history of yesterday, so that each history stays in its order.
    """
    toilets, rooms, trees = (_of(marked, kind) for kind in ("public_toilet", "garbage_room", "street_tree"))
    await _print_unseen(trees[300:306], cast.act("registrar", now - timedelta(days=40)))
    await _bind_blanks(rooms[20:23], cast, now)
    await _swap(toilets[12], toilets[13], now - timedelta(hours=3))
    lon, lat = seen[-1].place
    await note_sighting(seen[-1].label.id, lon + _FAR, lat, "citizen", now - timedelta(hours=2))
    for number, one in enumerate((toilets[20], rooms[3])):
        await mark_worn(one.label.code, cast.act("crew", now - timedelta(minutes=80 + number)))
    for minutes, category, one in ((40, "label_wrong", rooms[8]), (25, "label_damaged", toilets[24])):
        report = ReportCreate(category=category, client=f"demo-{category}")
        await report_fault(one.asset_id, report, public_act(now - timedelta(minutes=minutes)))


def _of(marked: Sequence[Marked], kind: str) -> list[Marked]:
    return [one for one in marked if one.asset.kind == kind]


async def note_scans(seen: Sequence[Marked], now: datetime, zone: ZoneInfo) -> None:
    """A fortnight of scans of labels that hang where people pass."""
    buffer = ScanBuffer(zone)
    for number, one in enumerate(seen):
        for day in range(14):
            for scan in range((number * 5 + day * 3) % 7):
                buffer.note(one.label.id, now - timedelta(days=day, minutes=37 * scan + 5))
    await buffer.flush()


async def _print_unseen(marked: Sequence[Marked], act: Act) -> None:
    """Labels that were printed and since then scanned by nobody."""
    items = [Spooled(one.label.id, one.asset_id, one.label.code, one.label.check_word, {}) for one in marked]
    await mark_printed(items, 0, _order(), _job(act), act)


async def _bind_blanks(rooms: Sequence[Marked], cast: Cast, now: datetime) -> None:
    """A sheet of blank labels, of which a crew has stuck on the first few in place of old ones."""
    made_by = cast.act("registrar", now - timedelta(days=12))
    order, job = _order(), _job(made_by)
    blanks = await make_blank_labels(BLANK, made_by, job=job, stock=order.stock.key)
    items = [Spooled(label.id, None, label.code, label.check_word, {}) for label in blanks]
    await mark_printed(items, 0, order, job, made_by)
    for minutes, one, label in zip((75, 60, 45), rooms, blanks, strict=False):
        lon, lat = one.place
        await bind_label(
            label.code,
            (await get_asset_by_id(one.asset_id)).code,
            cast.act("crew", now - timedelta(minutes=minutes)),
            replace=True,
            lon=lon + _A_STEP_ASIDE,
            lat=lat - _A_STEP_ASIDE,
        )


def _order() -> PrintOrder:
    """On what the labels are said to have been printed: nothing is, for the demonstration begins in seconds."""
    return PrintOrder(shipped_template(DEFAULT_TEMPLATE), STOCKS[DEFAULT_STOCK], "")


def _job(act: Act) -> str:
    return f"{act.at:%Y%m%d}-DEMO"


async def _swap(one: Marked, two: Marked, at: datetime) -> None:
    """Two labels that went onto each other's facility; a crew's phone has seen both."""
    for label, there in ((one.label, two), (two.label, one)):
        await note_sighting(label.id, *there.place, "crew", at)
