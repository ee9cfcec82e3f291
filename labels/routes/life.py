"""The JSON API of one label: what it is, and what happens to it after it was issued."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from msgspec import Struct

from foundation.act import Act
from foundation.versions import given_version
from labels.queries import get_label
from labels.schemas import LabelRead
from labels.service import mark_fixed, mark_worn, replace_label, void_label

_IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class LabelFix(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the label was seen in its place, in degrees WGS 84: both or neither."""

    lon: float | None = None
    lat: float | None = None


class LabelVoid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the label becomes void, in 1 to 200 characters."""

    reason: str


@get("/api/v1/labels/{code:str}", summary="One label")
async def read_label(code: FromPath[str], act: NamedDependency[Act]) -> Response[LabelRead]:
    """The label of a code, whatever its state."""
    act.require_staff()
    return _answer(await get_label(code))


@post("/api/v1/labels/{code:str}/fixed", status_code=200, summary="A label was seen in its place")
async def fixed(
    code: FromPath[str],
    act: NamedDependency[Act],
    data: JSONBody[LabelFix | None] = None,
    if_match: _IfMatch = None,
) -> Response[LabelRead]:
    """Somebody saw the label in its place. A photo of it goes through the crew's page alone."""
    act.require_staff()
    seen = data or LabelFix()
    return _answer(await mark_fixed(code, act, version=given_version(if_match), lon=seen.lon, lat=seen.lat))


@post("/api/v1/labels/{code:str}/worn", status_code=200, summary="A label can hardly be read")
async def worn(code: FromPath[str], act: NamedDependency[Act], if_match: _IfMatch = None) -> Response[LabelRead]:
    """The label can hardly be read and waits in the reprint queue."""
    act.require_staff()
    return _answer(await mark_worn(code, act, version=given_version(if_match)))


@post("/api/v1/labels/{code:str}/replace", status_code=200, summary="A new label for the same asset")
async def replace(code: FromPath[str], act: NamedDependency[Act], if_match: _IfMatch = None) -> Response[LabelRead]:
    """Issue a new label for the asset; the old code leads on to it. Answers the new one."""
    act.require_staff()
    return _answer(await replace_label(code, act, version=given_version(if_match)))


@post("/api/v1/labels/{code:str}/void", status_code=200, summary="Make a label void")
async def void(
    code: FromPath[str], data: JSONBody[LabelVoid], act: NamedDependency[Act], if_match: _IfMatch = None
) -> Response[LabelRead]:
    """The code leads nowhere from now on and is never used again. The reason stays on record."""
    act.require_staff()
    return _answer(await void_label(code, data.reason, act, version=given_version(if_match)))


def _answer(label: LabelRead) -> Response[LabelRead]:
    return Response(label, headers={"ETag": f'"{label.version}"'})


LIFE_ROUTES = [read_label, fixed, worn, replace, void]
