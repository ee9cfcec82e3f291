"""Stock and printers that an operator writes down."""

from __future__ import annotations

import msgspec
import pytest

from foundation.act import Act
from foundation.database import fetch, fetchval
from foundation.errors import Conflict, FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.translation import LANGS
from labels.queries import find_printer, find_stock
from labels.queries.inventory import find_stocks, get_stock, measures_of
from labels.service.means import PrinterMeasures, remove_printer, remove_stock, save_printer, save_stock
from labels.stamp import Shift
from labels.stock import STOCKS

pytestmark = pytest.mark.anyio
SHEET = measures_of(STOCKS["a4-3x8"])
OTHERS = [("crew", Forbidden), ("dispatcher", Forbidden), ("scoped_registrar", Forbidden), ("citizen", NotSignedIn)]


async def told() -> list[tuple[str, dict]]:
    rows = await fetch("SELECT kind, data FROM history_line WHERE stream = 0 ORDER BY id")
    return [(row["kind"], row["data"]) for row in rows]


async def test_an_own_stock_is_printed_on(database, registrar) -> None:
    measures = msgspec.structs.replace(SHEET, columns=2, label_width=90.0, pitch_x=95.0, corner=1.5, life_years=7)
    saved = await save_stock("ours-2x8", measures, registrar)
    assert (saved.own, saved.ships, saved.version, saved.measures) == (True, False, 1, measures)
    stock = await find_stock("ours-2x8")
    assert (stock.per_sheet, stock.corner, stock.life_years) == (16, 1.5, 7)
    assert await told() == [("label_stock.saved", {"stock": "ours-2x8"})]


async def test_an_own_stock_takes_the_place_of_the_shipped_one_and_gives_it_back(database, registrar) -> None:
    await save_stock("a4-3x8", msgspec.structs.replace(SHEET, margin_top=0.0), registrar, version=0)
    assert (await find_stock("a4-3x8")).margin_top == 0.0
    assert len(await find_stocks()) == len(STOCKS)
    assert (await get_stock("a4-3x8")).own
    await remove_stock("a4-3x8", registrar, version=1)
    assert (await find_stock("a4-3x8")).margin_top == 0.5
    assert [kind for kind, _ in await told()] == ["label_stock.saved", "label_stock.removed"]
    with pytest.raises(Refused):
        await remove_stock("a4-3x8", registrar)
    with pytest.raises(NotFound):
        await remove_stock("ours", registrar)
    assert len(await told()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin_left": -1.0},
        {"pitch_x": 60.0},
        {"columns": 4},
        {"rows": 0},
        {"label_width": 0.0},
        {"page_width": 5000.0},
        {"dpi": 150},
        {"form": "cloth"},
        {"bleed": 11.0},
        {"bleed": 2.0},
        {"corner": -1.0},
        {"life_years": 99},
    ],
    ids=str,
)
async def test_a_sheet_that_cannot_be_is_refused_with_a_sentence_of_its_own(database, registrar, wrong) -> None:
    with pytest.raises(Invalid) as caught:
        await save_stock("ours", msgspec.structs.replace(SHEET, **wrong), registrar)
    assert len({caught.value.message(lang) for lang in LANGS}) == 2
    assert "ours" in caught.value.message("zh-CN") or "1200" in caught.value.message("zh-CN")
    assert (await fetchval("SELECT count(*) FROM label_stock"), await told()) == (0, [])


@pytest.mark.parametrize("key", ["", "Ours", "a b", "-a", "a/b", "x" * 41, "标签"])
async def test_a_key_is_plain(database, registrar, key) -> None:
    with pytest.raises(Invalid) as caught:
        await save_stock(key, SHEET, registrar)
    assert caught.value.code == "bad_key"
    with pytest.raises(Invalid) as caught:
        await save_printer(key, "Office", PrinterMeasures(), registrar)
    assert caught.value.code == "bad_key"


async def test_two_who_change_one_stock_do_not_overwrite_each_other(database, registrar) -> None:
    await save_stock("ours", SHEET, registrar)
    with pytest.raises(Conflict):
        await save_stock("ours", SHEET, registrar)
    await save_stock("ours", msgspec.structs.replace(SHEET, life_years=3), registrar, version=1)
    with pytest.raises(Stale):
        await save_stock("ours", SHEET, registrar, version=1)
    with pytest.raises(Stale):
        await save_stock("gone", SHEET, registrar, version=4)
    with pytest.raises(Stale):
        await remove_stock("ours", registrar, version=1)
    assert (await find_stock("ours")).life_years == 3


async def test_a_printer_and_its_error(database, registrar) -> None:
    measures = PrinterMeasures(form="zpl", right=0.8, down=-1.2, across=0.996, along=1.004)
    saved = await save_printer("office-2", "  二楼  办公室 ", measures, registrar)
    assert (saved.name, saved.form, saved.version) == ("二楼 办公室", "zpl", 1)
    found = await find_printer("office-2")
    assert (found.shift, found.form) == (Shift(0.8, -1.2, 0.996, 1.004), "zpl")
    with pytest.raises(Conflict):
        await save_printer("office-2", "Other", PrinterMeasures(), registrar)
    changed = await save_printer("office-2", "Other", PrinterMeasures(), registrar, version=1)
    assert (changed.version, (await find_printer("office-2")).shift) == (2, Shift())
    with pytest.raises(Stale):
        await save_printer("office-2", "Other", PrinterMeasures(), registrar, version=1)
    with pytest.raises(Stale):
        await remove_printer("office-2", registrar, version=1)
    await remove_printer("office-2", registrar, version=2)
    with pytest.raises(NotFound):
        await remove_printer("office-2", registrar)
    kinds = [kind for kind, _ in await told()]
    assert kinds == ["label_printer.saved", "label_printer.saved", "label_printer.removed"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"right": 20.1}, "bad_shift"),
        ({"down": -20.1}, "bad_shift"),
        ({"right": float("nan")}, "bad_shift"),
        ({"across": 0.949}, "bad_scale"),
        ({"along": 1.051}, "bad_scale"),
        ({"along": float("nan")}, "bad_scale"),
        ({"form": "png"}, "bad_form"),
    ],
    ids=str,
)
async def test_an_error_that_no_correction_helps_is_refused(database, registrar, wrong, code) -> None:
    with pytest.raises(Invalid) as caught:
        await save_printer("office", "Office", PrinterMeasures(**wrong), registrar)
    assert caught.value.code == code
    assert len({caught.value.message(lang) for lang in LANGS}) == 2
    assert await told() == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
async def test_a_printer_has_a_name(database, registrar, name) -> None:
    with pytest.raises(Invalid) as caught:
        await save_printer("office", name, PrinterMeasures(), registrar)
    assert caught.value.code == "bad_name"


@pytest.mark.parametrize(("who", "refusal"), OTHERS)
async def test_only_a_registrar_of_the_whole_district(database, registrar, request, who, refusal) -> None:
    act: Act = request.getfixturevalue(who)
    await save_stock("ours", SHEET, registrar)
    await save_printer("office", "Office", PrinterMeasures(), registrar)
    deeds: list = [
        lambda: save_stock("ours", SHEET, act, version=1),
        lambda: remove_stock("ours", act),
        lambda: save_printer("office", "Office", PrinterMeasures(), act, version=1),
        lambda: remove_printer("office", act),
    ]
    for deed in deeds:
        with pytest.raises(FacilityError) as caught:
            await deed()
        assert type(caught.value) is refusal
    assert len(await told()) == 2
