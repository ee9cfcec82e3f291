"""Print the labels of many assets, or blank ones: issue what is missing, lay out, tell history, write the file."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from anyio import to_thread

from foundation.act import Act
from foundation.database import execute, transaction
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from labels.events import LabelPrinted
from labels.qr import label_url
from labels.queries import find_selected
from labels.schemas import IssuedLabel, PrintResult, Selection
from labels.service.issue import issue_to, make_blank_labels
from labels.service.target import Target
from labels.sheet import LabelFace, PrintedSheet, print_sheet
from labels.stock import DEFAULT_STOCK, Stock, cells, stock_named
from registry.catalogue import catalogue
from registry.history import record_many
from registry.queries import find_organisations
from registry.schemas import AssetRead

TITLE: Final = "设施标签 Facility labels"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the labels are printed on, and the address they carry."""

    public_url: str
    stock: str = DEFAULT_STOCK
    start: int = 1


async def print_labels(
    selection: Selection, paper: Paper, act: Act, *, most: int | None = None, stop_at_warnings: bool = False
) -> PrintedSheet:
    """The sheet of the selected assets, in memory; labels are issued where missing and marked as printed.

    ``most`` refuses a larger job before anything is written; raises Invalid for an empty selection too. With
    ``stop_at_warnings`` a sheet that has some is not marked: a person looks first.
    """
    if not act.principal.holds(Role.REGISTRAR):  # in which places, issue_to asks for each asset
        act.require(Role.REGISTRAR)
    stock = _checked(paper)
    assets = await find_selected(selection)
    if not assets:
        raise Invalid(N_("The selection holds no facility, so there is nothing to print."), code="no_labels")
    if most is not None and len(assets) > most:
        raise Invalid(
            N_("{count} labels are too many at once here (at most {most}). Narrow the selection or use the command."),
            code="too_many_labels",
            count=len(assets),
            most=most,
        )
    issued = await issue_to(assets, act)
    owners = await _owners()
    faces = [_face(asset, issued[asset.id], paper, owners) for asset in assets]
    sheet = await to_thread.run_sync(partial(print_sheet, faces, stock, start=paper.start, title=TITLE))
    if not (sheet.warnings and stop_at_warnings):
        await _mark_printed(assets, issued, stock, paper.start, act)
    return sheet


def _checked(paper: Paper) -> Stock:
    """Everything about the job that can be wrong is found before a label is issued."""
    stock = stock_named(paper.stock)
    cells(stock, 1, paper.start)
    label_url(paper.public_url, "0" * 9)
    return stock


async def _owners() -> dict[int | None, str]:
    rows = await find_organisations()
    # The number first: where the line is cut, half a name still helps and half a number does not.
    return {row["id"]: " ".join(filter(None, (row["duty_phone"], row["name"]))) for row in rows}


def _face(asset: AssetRead, label: IssuedLabel, paper: Paper, owners: dict[int | None, str]) -> LabelFace:
    kind = catalogue().kind(asset.kind)
    return LabelFace(
        code=label.code,
        url=label_url(paper.public_url, label.code),
        kind_zh=kind.zh,
        kind_en=kind.en,
        name=asset.name,
        name_en=asset.name_en,
        address=asset.address or asset.street,
        asset_code=asset.code,
        owner=owners.get(asset.organisation_id, ""),
    )


async def _mark_printed(
    assets: Sequence[AssetRead], issued: dict[int, IssuedLabel], stock: Stock, start: int, act: Act
) -> None:
    job = job_name(act)
    lines = [
        (
            asset.id,
            LabelPrinted(
                label=issued[asset.id].printed, job=job, stock=stock.key, sheet=cell.sheet + 1, position=cell.slot + 1
            ),
        )
        for asset, cell in zip(assets, cells(stock, len(assets), start), strict=True)
    ]
    async with transaction():
        await _stamp([issued[asset.id].id for asset in assets], act)
        await record_many(lines, act)


async def _stamp(label_ids: list[int], act: Act) -> None:
    await execute(
        "WITH held AS (SELECT id FROM label WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE)"
        " UPDATE label SET printed_at = $2 FROM held WHERE label.id = held.id",
        label_ids,
        act.at,
    )


def job_name(act: Act) -> str:
    """A short name by which a sheet is found again, such as 20261123-7F3K."""
    return f"{act.at:%Y%m%d}-{secrets.token_hex(2).upper()}"


async def preprint(count: int, paper: Paper, act: Act) -> PrintedSheet:
    """A sheet of blank labels, to be bound to assets in the field."""
    stock = _checked(paper)
    made = await make_blank_labels(count, act, job=job_name(act), stock=stock.key)
    faces = [LabelFace(label.code, label_url(paper.public_url, label.code)) for label in made]
    return await to_thread.run_sync(partial(print_sheet, faces, stock, start=paper.start, title=TITLE))


async def print_labels_to_file(selection: Selection, paper: Paper, out: Path, act: Act) -> PrintResult:
    """``print_labels`` into a file that is whole or not there at all. Raises Refused where it cannot be written."""
    began = time.monotonic()
    with Target(out) as target:
        sheet = await print_labels(selection, paper, act)
        target.write(sheet.pdf)
    return _result(sheet, out, began, act)


async def preprint_to_file(count: int, paper: Paper, out: Path, act: Act) -> PrintResult:
    """``preprint`` into a file that is whole or not there at all. Raises Refused where it cannot be written."""
    began = time.monotonic()
    with Target(out) as target:
        sheet = await preprint(count, paper, act)
        target.write(sheet.pdf)
    return _result(sheet, out, began, act)


def _result(sheet: PrintedSheet, out: Path, began: float, act: Act) -> PrintResult:
    warnings = [{"code": warning.code, "message": warning.message(act.lang)} for warning in sheet.warnings]
    return PrintResult(sheet.labels, sheet.pages, round(time.monotonic() - began, 2), str(out), warnings)
