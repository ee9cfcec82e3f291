"""The JSON API of what labels are printed with: templates, stock and printers."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from msgspec import Struct

from foundation.act import Act
from foundation.versions import given_version
from labels.queries.inventory import (
    PrinterRead,
    StockMeasures,
    StockRead,
    TemplateRead,
    find_revisions,
    find_stocks,
    get_printer,
    get_stock,
    list_printers,
)
from labels.service.means import (
    PrinterMeasures,
    draft_template,
    publish_template,
    remove_printer,
    remove_stock,
    save_printer,
    save_stock,
    withdraw_template,
)

_IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class TemplateList(Struct, frozen=True):
    """Every revision of every template."""

    items: list[TemplateRead]
    next: str | None = None


class StockList(Struct, frozen=True):
    """Every stock."""

    items: list[StockRead]
    next: str | None = None


class PrinterList(Struct, frozen=True):
    """Every printer."""

    items: list[PrinterRead]
    next: str | None = None


class TemplateUpload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files of a template by their names, each in base 64."""

    files: dict[str, bytes]


class TemplateChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which revision is meant."""

    revision: int


class PrinterWrite(PrinterMeasures, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A printer with the name that people call it by."""

    name: str


def _tagged(found: TemplateRead | StockRead | PrinterRead) -> dict[str, str]:
    return {"ETag": f'"{found.version}"'}


@get("/api/v1/label-templates", summary="Label templates")
async def list_templates(act: NamedDependency[Act]) -> TemplateList:
    """Those that ship, and every revision of an operator's own; ``in_use`` is what labels are printed with."""
    act.require_staff()
    return TemplateList(await find_revisions())


@post("/api/v1/label-templates", summary="Keep a label template as a draft")
async def create_template(data: JSONBody[TemplateUpload], act: NamedDependency[Act]) -> Response[TemplateRead]:
    """The draft of its key, in the place of an earlier draft. It is tried first: a label is printed and read back."""
    act.require_staff()
    found = await draft_template(data.files, act)
    return Response(found, status_code=201, headers=_tagged(found))


@post("/api/v1/label-templates/{key:str}/publish", status_code=200, summary="Publish a label template")
async def publish(
    key: FromPath[str], data: JSONBody[TemplateChoice], act: NamedDependency[Act], if_match: _IfMatch = None
) -> Response[TemplateRead]:
    """Print with this revision from now on; the one published until now is withdrawn."""
    act.require_staff()
    found = await publish_template(key, data.revision, act, version=given_version(if_match))
    return Response(found, headers=_tagged(found))


@post("/api/v1/label-templates/{key:str}/withdraw", status_code=200, summary="Withdraw a label template")
async def withdraw(
    key: FromPath[str],
    act: NamedDependency[Act],
    revision: FromQuery[int | None] = None,
    if_match: _IfMatch = None,
) -> Response[TemplateRead]:
    """The published revision, or the draft of that number; the template of that key that ships is used again."""
    act.require_staff()
    found = await withdraw_template(key, act, revision=revision, version=given_version(if_match))
    return Response(found, headers=_tagged(found))


@get("/api/v1/label-stocks", summary="Label stock")
async def list_stocks(act: NamedDependency[Act]) -> StockList:
    """Every stock in millimetres, an operator's own in the place of one that ships."""
    act.require_staff()
    return StockList(await find_stocks())


@get("/api/v1/label-stocks/{key:str}", summary="One label stock")
async def read_stock(key: FromPath[str], act: NamedDependency[Act]) -> Response[StockRead]:
    """One stock with its version as ETag; version 0 ships and was not changed."""
    act.require_staff()
    found = await get_stock(key)
    return Response(found, headers=_tagged(found))


@put("/api/v1/label-stocks/{key:str}", summary="Write a label stock down")
async def put_stock(
    key: FromPath[str], data: JSONBody[StockMeasures], act: NamedDependency[Act], if_match: _IfMatch = None
) -> Response[StockRead]:
    """A new own stock; under If-Match, another content of the one there is."""
    act.require_staff()
    found = await save_stock(key, data, act, version=given_version(if_match))
    return Response(found, headers=_tagged(found))


@delete("/api/v1/label-stocks/{key:str}", summary="Remove a label stock")
async def delete_stock(key: FromPath[str], act: NamedDependency[Act], if_match: _IfMatch = None) -> None:
    """Remove an own stock; where one of that key ships, it is used again."""
    act.require_staff()
    await remove_stock(key, act, version=given_version(if_match))


@get("/api/v1/label-printers", summary="Label printers")
async def find_all_printers(act: NamedDependency[Act]) -> PrinterList:
    """Every printer with its error."""
    act.require_staff()
    return PrinterList(await list_printers())


@get("/api/v1/label-printers/{key:str}", summary="One label printer")
async def read_printer(key: FromPath[str], act: NamedDependency[Act]) -> Response[PrinterRead]:
    """One printer with its version as ETag."""
    act.require_staff()
    found = await get_printer(key)
    return Response(found, headers=_tagged(found))


@put("/api/v1/label-printers/{key:str}", summary="Write a label printer down")
async def put_printer(
    key: FromPath[str], data: JSONBody[PrinterWrite], act: NamedDependency[Act], if_match: _IfMatch = None
) -> Response[PrinterRead]:
    """A new printer; under If-Match, another content of the one there is."""
    act.require_staff()
    measures = PrinterMeasures(form=data.form, right=data.right, down=data.down, across=data.across, along=data.along)
    found = await save_printer(key, data.name, measures, act, version=given_version(if_match))
    return Response(found, headers=_tagged(found))


@delete("/api/v1/label-printers/{key:str}", summary="Remove a label printer")
async def delete_printer(key: FromPath[str], act: NamedDependency[Act], if_match: _IfMatch = None) -> None:
    """Remove a printer."""
    act.require_staff()
    await remove_printer(key, act, version=given_version(if_match))


MEANS_ROUTES = [
    list_templates,
    create_template,
    publish,
    withdraw,
    list_stocks,
    read_stock,
    put_stock,
    delete_stock,
    find_all_printers,
    read_printer,
    put_printer,
    delete_printer,
]
