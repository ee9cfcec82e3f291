"""What is not there is not found, and who may not change is refused."""

from __future__ import annotations

import pytest

from labels.service.means import PrinterMeasures, draft_template, save_printer
from tests.labels.means_material import template_files
from tests.labels.means_pages.material import SHEET, parts

pytestmark = pytest.mark.anyio


async def test_what_is_not_there_is_not_found(desk) -> None:
    for path in ("nothing", "sheet-label?revision=7", "sheet-label/7/files.zip", "sheet-label/7/preview.pdf"):
        assert (await desk.get(f"/desk/labels/templates/{path}")).status_code == 404
    assert (await desk.post("/desk/labels/templates/x/publish", data={"revision": "one"})).status_code == 404
    assert (await desk.get("/desk/labels/stocks?key=nothing")).status_code == 404
    assert (await desk.get("/desk/labels/printers?key=nothing")).status_code == 404


async def test_who_may_not_change_is_shown_no_button_and_refused(desk, registrar) -> None:
    await draft_template(template_files(), registrar)
    await save_printer("office", "Office", PrinterMeasures(), registrar)
    for who in ("crew", "scoped"):
        for page in ("templates", "templates/own-label", "stocks", "printers"):
            found = await desk.get(f"/desk/labels/{page}", headers={"who": who})
            assert (found.status_code, 'method="post" action="/desk/labels' in found.text) == (200, False)
        deeds = [
            ("templates/own-label/publish", {"revision": "1"}),
            ("templates/own-label/withdraw", {"revision": "1"}),
            ("stocks", SHEET),
            ("stocks/a4-3x8/remove", {}),
            ("printers", {"key": "x", "name": "x", "right": "0", "down": "0", "across": "100", "along": "100"}),
            ("printers/office/remove", {}),
        ]
        for path, form in deeds:
            assert (await desk.post(f"/desk/labels/{path}", data=form, headers={"who": who})).status_code == 403
        sent = await desk.post("/desk/labels/templates", files=parts(template_files()), headers={"who": who})
        assert sent.status_code == 403
