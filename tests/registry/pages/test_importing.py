"""The page of imports: look, write, take back."""

from __future__ import annotations

import pytest

from foundation.database import fetchval
from foundation.principals import Role

pytestmark = pytest.mark.anyio


async def test_import_look_write_and_take_back(desk) -> None:
    page = await desk(Role.REGISTRAR)
    table = "编码,名称,街道,经度,纬度,等级\nA-1,<b>甲</b>,五马街道,120.6,28.0,一类\nA-2,乙,五马街道,很远,28.0,一类\n"

    async def send(act: str, text: str = table):
        files = {"file": ("厕所.csv", text.encode(), "text/csv")}
        return await page.send_form("/desk/imports", {"kind": "public_toilet", "crs": "wgs84", "act": act}, files=files)

    looked = await send("check")
    assert looked.status_code == 200
    assert "This is what would happen. Nothing is written yet." in looked.text
    assert "row rejected" in looked.text
    assert await fetchval("SELECT count(*) FROM asset") == 0
    written = await send("write")
    assert "Imported as batch 1" in written.text
    assert await fetchval("SELECT count(*) FROM asset") == 1
    assert "&lt;b&gt;甲" in (await page.get("/desk/assets")).text
    again = await send("write")
    assert "Nothing was written: the file says nothing new." in again.text
    undone = await page.send_form("/desk/imports/1/undo", {})
    assert undone.headers["location"] == "/desk/imports?notice=undone"
    assert await fetchval("SELECT count(*) FROM asset") == 0
    assert "undone" in (await page.get("/desk/imports")).text
    assert (await page.send_form("/desk/imports/1/undo", {})).status_code == 409
    assert (await page.send_form("/desk/imports/9/undo", {})).status_code == 404


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"kind": "public_toilet"}, None),
        ({"kind": "castle"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet"}, b""),
        ({"kind": "public_toilet"}, b"\x00\x01\x02\x03"),
        ({"kind": "public_toilet"}, b"PK\x03\x04broken"),
        ({"kind": "public_toilet", "map": "nonsense"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "map": "name=no_such_field"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "key": "none"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "crs": "moon"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "encoding": "klingon"}, b"code,name\n1,a\n"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_above_the_form(desk, fields, content) -> None:
    page = await desk(Role.REGISTRAR)
    files = {"file": ("x.csv", content, "text/csv")} if content is not None else {"none": ("", b"", "text/plain")}
    answer = await page.send_form("/desk/imports", {**fields, "act": "write"}, files=files)
    assert answer.status_code == 400
    assert 'type="file"' in answer.text
    if "map" in fields:
        assert fields["map"] in answer.text
    assert await fetchval("SELECT count(*) FROM import_batch") == 0


async def test_only_registrars_import(desk) -> None:
    page = await desk(Role.DISPATCHER)
    assert 'type="file"' not in (await page.get("/desk/imports")).text
    files = {"file": ("x.csv", b"code,name\n1,a\n", "text/csv")}
    answer = await page.send_form("/desk/imports", {"kind": "public_toilet", "act": "write"}, files=files)
    assert answer.status_code == 403
    assert (await page.send_form("/desk/imports/1/undo", {})).status_code == 403
