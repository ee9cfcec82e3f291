"""How labels would look with a template: real assets in it, nothing issued, nothing marked as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from anyio import to_thread

from foundation.act import Act
from foundation.errors import Invalid
from foundation.files import grey_png
from foundation.pdf import open_pages
from foundation.scratch import scratch_folder
from foundation.translation import N_
from labels.press import prepare, press
from labels.press.photos import read_photos
from labels.press.spool import Spooled
from labels.queries import find_selected, find_stock, read_current
from labels.queries.inventory import known_stocks, read_revision, suiting
from labels.schemas import Selection
from labels.service.means.specimen import SPECIMEN, specimen_label, specimen_order
from labels.service.means.trial import kinds_of, press_specimen, try_template
from labels.service.printing.faces import photos_of, words_for
from labels.stock import MM_PER_INCH, Stock, cell_in
from labels.template import Template, read_template
from labels.template.compiled import POINTS_PER_MM
from registry.queries import find_assets
from registry.schemas import AssetFilter, AssetRead

# The longer side of a picture in pixels: sharp on a screen that draws two dots for one.
_LONGEST: Final = 1000.0
_MOST_DPI: Final = 400.0
NAME: Final = "样张-SPECIMEN"


async def preview_template(key: str, revision: int, stock: str, codes: Sequence[str], act: Act) -> bytes:
    """The PDF of one sheet at most, with one revision of a template (0 for the one that ships).

    ``codes`` are of assets or labels; without any, the first asset of each kind that the template is for. A label that
    an asset has shows its own code, another the specimen's. ``stock`` empty is the first that suits. For staff. Raises
    NotFound for an unknown revision; Invalid for unknown codes, more than a sheet of them, a stock that does not suit,
    and as ``press`` does.
    """
    act.require_staff()
    template = await read_revision(key, revision)
    return await _sheet(template, await _stock(template, stock), codes, act)


async def preview_files(files: Mapping[str, bytes], stock: str, codes: Sequence[str], act: Act) -> bytes:
    """``preview_template`` of files that are not kept; tried first as if they were to be. For staff."""
    act.require_staff()
    template = await to_thread.run_sync(read_template, files, 1)
    tried = await try_template(template)
    return await _sheet(template, await find_stock(stock) if stock else tried, codes, act)


async def picture_template(key: str, revision: int, stock: str, act: Act) -> bytes:
    """A PNG of the first label of ``preview_template``. For staff."""
    act.require_staff()
    template = await read_revision(key, revision)
    chosen = await _stock(template, stock)
    pdf = await _pressed(template, chosen, await _labels(template, [], 1, chosen, act))
    return await to_thread.run_sync(_picture, pdf, chosen)


async def _stock(template: Template, key: str) -> Stock:
    if key:
        return await find_stock(key)
    found = next(iter(suiting(template, await known_stocks()).values()), None)
    if found is None:
        raise Invalid(N_("There is no stock for labels of the template's size."), code="template_size")
    return found


async def _sheet(template: Template, stock: Stock, codes: Sequence[str], act: Act) -> bytes:
    return await _pressed(template, stock, await _labels(template, codes, stock.per_sheet, stock, act))


async def _labels(template: Template, codes: Sequence[str], most: int, stock: Stock, act: Act) -> list[Spooled]:
    """The labels of the assets, as they are, in memory only."""
    if len(codes) > most:
        raise Invalid(
            N_("A specimen is one sheet: {most} labels of this stock at most."), code="too_many_labels", most=most
        )
    assets = await find_selected(Selection(codes=tuple(codes)), at=act.at) if codes else await _firsts(template, most)
    fields = template.bound.fields
    if not assets:
        return [specimen_label(fields)]
    words = await words_for(specimen_order(template, stock), act)
    current = await read_current(asset.id for asset in assets)
    photos = await photos_of(current.values()) if words.with_photo else {}
    made = []
    for asset in assets:
        label = current.get(asset.id)
        code, word = (label.code, label.check_word) if label else (SPECIMEN, 0)
        photo = photos.get(label.id, "") if label else ""
        made.append(Spooled(0, None, code, word, words.of(asset), photo, asset.code))
    return made


async def _firsts(template: Template, most: int) -> list[AssetRead]:
    """The first asset of each kind that the template is for and that there is."""
    found: list[AssetRead] = []
    for kind in kinds_of(template):
        if len(found) == most:
            break
        found += (await find_assets(AssetFilter(kind=kind.key, limit=1))).items
    return found


async def _pressed(template: Template, stock: Stock, labels: list[Spooled]) -> bytes:
    """Stamped here; what only the reference renderer can draw, and an operator wrote, is drawn apart."""
    order = specimen_order(template, stock)
    with scratch_folder() as folder:
        out = folder / "specimen.pdf"
        _, compiled = await to_thread.run_sync(prepare, order)
        if compiled.reasons and template.revision:
            await press_specimen(order, labels, out)
        else:
            faces = (label.face(order.prefix) for label in labels)
            await to_thread.run_sync(partial(press, faces, len(labels), order, out, photos=read_photos))
        return out.read_bytes()


def _picture(pdf: bytes, stock: Stock) -> bytes:
    """The first cell of the first page."""
    cell, extra = cell_in(stock, 0), stock.extra
    left, top = (cell.left + extra) * POINTS_PER_MM, (cell.top + extra) * POINTS_PER_MM
    right, bottom = left + stock.label_width * POINTS_PER_MM, top + stock.label_height * POINTS_PER_MM
    dpi = min(_MOST_DPI, _LONGEST * MM_PER_INCH / max(stock.label_width, stock.label_height))
    with open_pages(pdf) as pages:
        return grey_png(pages.grey(0, dpi, (left, top, right, bottom)))
