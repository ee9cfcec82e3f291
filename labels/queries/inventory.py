"""What an operator keeps to print labels with: every revision of a template, every stock, every printer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from foundation.database import Record, fetch, fetchrow
from foundation.errors import FacilityError, NotFound
from foundation.translation import N_
from labels.queries.means import find_printers, own_stocks
from labels.stock import STOCKS, Stock
from labels.template import (
    Manifest,
    Template,
    files_of,
    read_manifest,
    read_template,
    shipped_template,
    shipped_templates,
)


class TemplateRead(Struct, frozen=True, kw_only=True):
    """One revision of a label template. Revision 0 ships with the program and has neither author nor version.

    ``state`` is ``shipped``, ``draft``, ``published`` or ``withdrawn``; ``in_use`` says that labels are printed with
    it, ``ships`` that a template of that key comes with the program, whose place a published one takes.
    """

    key: str
    revision: int
    state: str
    zh: str
    en: str
    in_use: bool
    ships: bool
    created_at: datetime | None = None
    created_by: str = ""
    published_at: datetime | None = None
    version: int = 0


class StockMeasures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stock as it is written down, without its key: millimetres, as in ``labels.stock.Stock``."""

    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    margin_left: float
    margin_top: float
    pitch_x: float
    pitch_y: float
    form: str = "sheet"
    dpi: int = 0
    corner: float = 0.0
    bleed: float = 0.0
    marks: bool = False
    life_years: int = 0
    pdf_a: bool = False


class StockRead(Struct, frozen=True, kw_only=True):
    """A stock and where it comes from: an operator wrote down an ``own`` one, the program ``ships`` others.

    Both at once is an own one in the place of one that ships. ``version`` is that of an own one, else 0.
    """

    key: str
    own: bool
    ships: bool
    version: int
    measures: StockMeasures


class PrinterRead(Struct, frozen=True, kw_only=True):
    """A printer: the form it takes, by how many millimetres it prints off, and what it makes of a metre."""

    key: str
    name: str
    form: str
    right: float
    down: float
    across: float
    along: float
    version: int


_TEMPLATE_COLUMNS: Final = (
    "key, revision, state, created_at, created_by, published_at, version, files->>'manifest.toml' AS manifest"
)


async def find_revisions(key: str | None = None) -> list[TemplateRead]:
    """Every revision of every template, or of one: those that ship first, then by key and the newest first."""
    return [one for one, _ in await find_manifests(key)]


async def find_manifests(key: str | None = None) -> list[tuple[TemplateRead, Manifest]]:
    """``find_revisions`` with what each one's manifest says."""
    rows = await fetch(
        f"SELECT {_TEMPLATE_COLUMNS} FROM label_template WHERE $1::text IS NULL OR key = $1"
        " ORDER BY key, revision DESC",
        key,
    )
    published = {row["key"] for row in rows if row["state"] == "published"}
    shipped = [
        (
            TemplateRead(
                key=one.key, revision=0, state="shipped", zh=one.manifest.zh, en=one.manifest.en, ships=True,
                in_use=one.key not in published,
            ),
            one.manifest,
        )
        for one in shipped_templates().values()
        if key in {None, one.key}
    ]  # fmt: skip
    return shipped + [(_revision(row, manifest), manifest) for row in rows for manifest in [_manifest(row)]]


async def get_revision(key: str, revision: int) -> TemplateRead:
    """One revision of a template as it stands. Raises NotFound."""
    found = {one.revision: one for one in await find_revisions(key)}
    if revision not in found:
        raise _no_revision(key, revision)
    return found[revision]


async def read_revision(key: str, revision: int) -> Template:
    """One revision of a template, 0 for the one that ships. Raises NotFound, and Invalid as ``read_template`` does."""
    return read_template(await read_files(key, revision), revision) if revision else shipped_template(key)


async def read_files(key: str, revision: int) -> dict[str, bytes]:
    """The files of one revision, 0 for the one that ships, whether this program can read them or not. NotFound."""
    if not revision:
        return dict(shipped_template(key).files)
    row = await fetchrow("SELECT files FROM label_template WHERE key = $1 AND revision = $2", key, revision)
    if row is None:
        raise _no_revision(key, revision)
    return files_of(row["files"])


def _no_revision(key: str, revision: int) -> NotFound:
    return NotFound(
        N_("The label template {key} has no revision {revision}."),
        code="unknown_revision",
        key=key[:80],
        revision=revision,
    )


def _revision(row: Record, manifest: Manifest) -> TemplateRead:
    return TemplateRead(
        key=row["key"],
        revision=row["revision"],
        state=row["state"],
        zh=manifest.zh,
        en=manifest.en,
        in_use=row["state"] == "published",
        ships=row["key"] in shipped_templates(),
        created_at=row["created_at"],
        created_by=row["created_by"],
        published_at=row["published_at"],
        version=row["version"],
    )


def _manifest(row: Record) -> Manifest:
    """The manifest; one that this version of the program no longer understands must not hide the others."""
    try:
        return read_manifest(base64.b64decode(row["manifest"]).decode("utf-8-sig"))
    except FacilityError:
        return Manifest(row["key"], row["key"], row["key"])


def suiting(template: Template, stocks: Mapping[str, Stock]) -> dict[str, Stock]:
    """The stocks whose labels the template takes, by key."""
    takes = template.manifest.takes
    return {key: stock for key, stock in stocks.items() if takes(stock.label_width, stock.label_height)}


async def known_stocks() -> dict[str, Stock]:
    """Every stock by key, an operator's own in the place of one that ships."""
    return STOCKS | await own_stocks()


async def find_stocks() -> list[StockRead]:
    """Every stock, those that ship first."""
    versions = {row["key"]: row["version"] for row in await fetch("SELECT key, version FROM label_stock")}
    return [_stock(stock, versions) for stock in (await known_stocks()).values()]


async def get_stock(key: str) -> StockRead:
    """The stock of that key. Raises NotFound."""
    found = {stock.key: stock for stock in await find_stocks()}
    if key not in found:
        raise NotFound(N_("There is no stock {stock}."), code="unknown_stock", stock=key[:80])
    return found[key]


def measures_of(stock: Stock) -> StockMeasures:
    """What of a stock is written down."""
    return StockMeasures(**{one.name: getattr(stock, one.name) for one in fields(stock) if one.name != "key"})


def stock_of(key: str, measures: StockMeasures) -> Stock:
    """The stock that the measures make. Raises Invalid where it cannot exist."""
    return Stock(key, **msgspec.structs.asdict(measures))


def _stock(stock: Stock, versions: Mapping[str, int]) -> StockRead:
    return StockRead(
        key=stock.key,
        own=stock.key in versions,
        ships=stock.key in STOCKS,
        version=versions.get(stock.key, 0),
        measures=measures_of(stock),
    )


async def list_printers() -> list[PrinterRead]:
    """The printers by key."""
    return [
        PrinterRead(
            key=one.key, name=one.name, form=one.form, right=one.shift.right, down=one.shift.down,
            across=one.shift.across, along=one.shift.along, version=one.version,
        )
        for one in (await find_printers()).values()
    ]  # fmt: skip


async def get_printer(key: str) -> PrinterRead:
    """The printer of that key. Raises NotFound."""
    found = {printer.key: printer for printer in await list_printers()}
    if key not in found:
        raise NotFound(N_("There is no printer {key}."), code="unknown_printer", key=key[:80])
    return found[key]
