"""Stock and printers as an operator meets them on the page."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from foundation.database import fetchval
from labels.press.calibration import read_shift
from labels.queries import find_printer, find_stock
from labels.service.means import PrinterMeasures, save_printer
from tests.labels.means_pages.material import SHEET

pytestmark = pytest.mark.anyio


async def test_a_stock_is_written_down_changed_and_removed(desk) -> None:
    page = await desk.get("/desk/labels/stocks?new=1", headers={"accept-language": "en"})
    assert 'name="label_width"' in page.text
    assert page.text.count("<title>a4-3x8: A4, 3 × 8 labels of 70 × 37 mm</title>") == 1
    assert (await desk.post("/desk/labels/stocks", data=SHEET)).status_code == 303
    assert (await find_stock("ours")).margin_top == 0.5
    form = (await desk.get("/desk/labels/stocks?key=ours")).text
    assert re.search(r'name="key"[^>]*value="ours"[^>]*readonly', form)
    changed = SHEET | {"version": "1", "rows": "7", "marks": "1", "pdf_a": "1"}
    assert (await desk.post("/desk/labels/stocks", data=changed)).status_code == 303
    stale = await desk.post("/desk/labels/stocks", data=changed)
    assert (stale.status_code, 'value="7"' in stale.text) == (412, True)
    assert ((await find_stock("ours")).marks, (await find_stock("ours")).pdf_a) == (True, True)
    form = (await desk.get("/desk/labels/stocks?key=ours")).text
    assert re.search(r'name="pdf_a" value="1" checked', form)
    assert (await desk.post("/desk/labels/stocks/ours/remove", data={"version": "2"})).status_code == 303
    assert (await desk.post("/desk/labels/stocks/a4-3x8/remove")).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "zh", "en"),
    [
        ({"columns": "4"}, "超出了纸面", "do not fit on its page"),
        ({"columns": "2.5"}, "列数：“2.5”不是整数", "Columns: “2.5” is not a whole number"),
        ({"label_width": "wide"}, "标签宽：“wide”不是数字", "Label width: “wide” is not a number"),
        ({"margin_left": "-1"}, "不能为负", "must not be negative"),
        ({"dpi": "7"}, "分辨率", "resolution"),
    ],
)
async def test_what_is_wrong_with_a_stock_is_told_while_typing_and_on_saving(desk, wrong, zh, en) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        headers = {"accept-language": lang}
        seen = await desk.post("/desk/labels/stocks/check", data=SHEET | wrong, headers=headers)
        assert (seen.status_code, words in seen.text, "<svg" in seen.text) == (200, True, False)
        saved = await desk.post("/desk/labels/stocks", data=SHEET | wrong, headers=headers)
        assert (saved.status_code, words in saved.text) == (400, True)
        name, value = next(iter(wrong.items()))
        assert name == "dpi" or f'name="{name}"' in saved.text
        assert name == "dpi" or f'value="{value}"' in saved.text
    right = await desk.post("/desk/labels/stocks/check", data=SHEET)
    assert right.text.count("<rect") == 25
    assert await fetchval("SELECT count(*) FROM label_stock") == 0


async def test_a_printer_is_written_down_as_it_was_measured(desk, registrar) -> None:
    form = {"key": "office", "name": "办公室", "form": "pdf", "right": "0,8", "down": "-1.2", "across": "99.6",
            "along": "100.4"}  # fmt: skip
    assert (await desk.post("/desk/labels/printers", data=form)).status_code == 303
    shift = (await find_printer("office")).shift
    assert (shift.right, shift.down, shift.across, shift.along) == (0.8, -1.2, 0.996, 1.004)
    page = await desk.get("/desk/labels/printers?key=office")
    assert 'value="99.6"' in page.text
    read = form | {"version": "1", "stock": "a4-3x7", "right": "-1", "down": "2", "across": "100", "along": "100"}
    assert (await desk.post("/desk/labels/printers", data=read)).status_code == 303
    assert (await find_printer("office")).shift == read_shift(await find_stock("a4-3x7"), -1, 2)
    stretched = read | {"version": "2", "across": "101"}
    assert (await desk.post("/desk/labels/printers", data=stretched)).status_code == 303
    assert (await find_printer("office")).shift == read_shift(await find_stock("a4-3x7"), -1, 2, 101)
    assert (await find_printer("office")).shift.right < -1
    nonsense = read | {"version": "3", "stock": "cloth"}
    assert (await desk.post("/desk/labels/printers", data=nonsense)).status_code == 400
    assert (await desk.post("/desk/labels/printers", data=read | {"version": "3", "across": "0"})).status_code == 400
    off = await desk.post("/desk/labels/printers", data=form | {"version": "3", "down": "21"})
    assert (off.status_code, "20 毫米" in off.text, 'value="21"' in off.text) == (400, True, True)
    assert (await desk.post("/desk/labels/printers/office/remove", data={"version": "3"})).status_code == 303
    assert "还没有打印机" in (await desk.get("/desk/labels/printers")).text


async def test_the_calibration_page_of_a_stock_with_and_without_a_printers_correction(desk, registrar) -> None:
    await save_printer("office", "Office", PrinterMeasures(right=2.0), registrar)
    where = "/desk/labels/printers/calibration.pdf"
    plain = await desk.get(where, params={"stock": "a4-3x7"})
    assert plain.headers["content-type"] == "application/pdf"
    assert plain.headers["content-disposition"] == 'attachment; filename="calibration-a4-3x7.pdf"'
    undone = await desk.get(where, params={"stock": "a4-3x7", "printer": "office"})
    pages = [pypdfium2.PdfDocument(one.content)[0].render(grayscale=True).to_pil() for one in (plain, undone)]
    assert pages[0].size == pages[1].size
    assert pages[0].tobytes() != pages[1].tobytes()
    assert (await desk.get(where, params={"stock": "cloth"})).status_code == 400
    assert (await desk.get(where, params={"printer": "nobody"})).status_code == 400
    thermal = where.replace(".pdf", ".zpl")
    sent = await desk.get(thermal, params={"stock": "roll-62x40", "printer": "office"})
    assert (sent.text[:4], sent.headers["content-disposition"][-27:]) == ("^XA\n", 'calibration-roll-62x40.zpl"')
    refused = await desk.get(thermal, params={"stock": "a4-3x7"})
    assert (refused.status_code, "roll-62x40" in refused.text) == (400, True)
    assert (await desk.get(thermal, headers={"who": ""})).status_code == 401
    assert (await desk.get(where, headers={"who": ""})).status_code == 401
