"""The JSON API of the watch over labels."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from msgspec import Struct, field

from foundation.act import Act
from foundation.versions import given_version
from labels.queries.reprints import ReprintLabel, find_reprints
from labels.queries.seen import FarLabel, SwappedPair, find_far, find_swapped
from labels.queries.watch import DEFAULT_DAYS, UnscannedLabel, WatchFilter, find_unscanned
from labels.schemas import LabelRead
from labels.service.watch import dismiss_wish, swap_labels


class UnscannedList(Struct, frozen=True):
    """A page of labels that nobody scans."""

    items: list[UnscannedLabel]
    next: str | None = None


class FarList(Struct, frozen=True):
    """A page of labels seen far from their assets."""

    items: list[FarLabel]
    next: str | None = None


class SwappedList(Struct, frozen=True):
    """A page of pairs of labels that hang at each other's asset."""

    items: list[SwappedPair]
    next: str | None = None


class ReprintList(Struct, frozen=True):
    """A page of the reprint queue."""

    items: list[ReprintLabel]
    next: str | None = None


class LabelSwap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The label to swap with; its version as it was shown, where it was."""

    other: str = field(name="with")
    version: int | None = None


class SwappedLabels(Struct, frozen=True):
    """Both labels, each with its new asset."""

    items: list[LabelRead]


@get("/api/v1/labels/check", summary="Labels that nobody scans, far away, swapped, or to print anew")
async def list_watched(
    act: NamedDependency[Act],
    which: Annotated[Literal["unscanned", "far", "swapped", "reprint"], QueryParameter(name="list")],
    street: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    days: FromQuery[int] = DEFAULT_DAYS,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> UnscannedList | FarList | SwappedList | ReprintList:
    """One of four lists of current labels; ``days`` (7, 30 or 90) is for those that nobody scans."""
    act.require_staff()
    wanted = WatchFilter(street=street, kind=kind, days=days, cursor=cursor, limit=limit)
    match which:
        case "unscanned":
            unscanned = await find_unscanned(wanted, act.at)
            return UnscannedList(unscanned.items, unscanned.next)
        case "far":
            far = await find_far(wanted)
            return FarList(far.items, far.next)
        case "swapped":
            swapped = await find_swapped(wanted)
            return SwappedList(swapped.items, swapped.next)
        case "reprint":
            reprints = await find_reprints(wanted, act.at)
            return ReprintList(reprints.items, reprints.next)


@post("/api/v1/labels/{code:str}/swap", status_code=200, summary="Swap the labels of two assets")
async def swap(
    code: FromPath[str],
    data: JSONBody[LabelSwap],
    act: NamedDependency[Act],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Response[SwappedLabels]:
    """Give each of two assets the other's label, because that is how they hang."""
    act.require_staff()
    version = given_version(if_match)
    one, two = await swap_labels(code, data.other, act, version=version, other_version=data.version)
    return Response(SwappedLabels([one, two]), headers={"ETag": f'"{one.version}"'})


@post("/api/v1/labels/{code:str}/dismiss", status_code=200, summary="A reported label is good")
async def dismiss(code: FromPath[str], act: NamedDependency[Act]) -> LabelRead:
    """Take a label that was reported out of the reprint queue, after somebody looked."""
    act.require_staff()
    return await dismiss_wish(code, act)


WATCH_ROUTES = [list_watched, swap, dismiss]
