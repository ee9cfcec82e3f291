"""Export: what goes out comes back in unchanged, and no spreadsheet runs what it holds."""

from __future__ import annotations

import csv
import json

import pytest
from openpyxl import load_workbook

from foundation.errors import Forbidden, NotFound, NotSignedIn
from foundation.principals import Place, Role
from registry.catalogue import catalogue
from registry.exporting import WRITERS, export_assets, guarded
from registry.importing import ImportOptions, import_file
from registry.queries import find_assets, get_asset
from registry.schemas import AssetCreate, AssetFilter, AssetUpdate
from registry.service import register_asset, register_assets, retire_asset, update_asset

pytestmark = pytest.mark.anyio
FORMATS = ("csv", "xlsx", "geojson")
VALUES = {
    "int": 3, "num": 2.5, "bool": True, "date": "2021-03-04", "time_range": "06:00-22:00", "ref": "合同; 7 ,x",
    "file": "a b.pdf", "str": "86 0577-1234",
}  # fmt: skip


def value_of(attribute):
    if attribute.values:
        keys = [choice.key for choice in attribute.values]
        return keys[-2:] if attribute.type == "set" else keys[0]
    value = VALUES.get(attribute.type, "x")
    if attribute.min is not None and isinstance(value, int | float):
        value = max(value, attribute.min)
    if attribute.max is not None and isinstance(value, int | float) and not isinstance(value, bool):
        value = min(value, attribute.max)
    return ["一", "二"] if attribute.multiple or attribute.type == "set" else value


async def everything():
    return (await find_assets(AssetFilter(limit=500, with_retired=True))).items


@pytest.mark.parametrize("form", FORMATS)
async def test_out_and_in_again_changes_nothing(database, registrar, tmp_path, form) -> None:
    kinds = catalogue().kinds
    sign = "="  # the guard of a formula comes off again
    for kind in kinds.values():
        full = {attribute.key: value_of(attribute) for attribute in kind.attributes if not attribute.pattern}
        await register_asset(
            AssetCreate(kind=kind.key, name=f"{sign}SUM(A1)", name_en=f"{sign}1+1", address="here, \"there\"; 'x'",
                        street=f"{sign}街", community=f"{sign}社区", lon=120.1234567, lat=-28.5, condition=2,
                        status="damaged", attributes=full),
            registrar,
        )  # fmt: skip
        await register_asset(AssetCreate(kind=kind.key, name="光", code=f"{sign}x{kind.prefix}"), registrar)
    before = await everything()
    for key in kinds:
        out = tmp_path / f"{key}.{form}"
        assert await export_assets(key, form, out, registrar) == 2
        result = await import_file(out, ImportOptions(kind=key), registrar)
        found = (result.read, result.created, result.updated, result.unchanged, result.rejected)
        assert found == (2, 0, 0, 2, 0), result.problems.first()
    assert await everything() == before


@pytest.mark.parametrize("form", FORMATS)
async def test_a_corrected_export_corrects_the_record(add, registrar, tmp_path, form) -> None:
    asset = await add("旧")
    out = tmp_path / f"x.{form}"
    await update_asset(asset.code, AssetUpdate(name="改"), 1, registrar)
    await export_assets("public_toilet", form, out, registrar)
    await update_asset(asset.code, AssetUpdate(name="又改"), 2, registrar)
    result = await import_file(out, ImportOptions(kind="public_toilet"), registrar)
    assert (result.updated, result.created) == (1, 0)
    assert (await get_asset(asset.code)).name == "改"


async def test_shapes_travel_with_geojson_where_they_still_hold(database, registrar, tmp_path) -> None:
    ring = [[120.0, 28.0], [120.002, 28.0], [120.002, 28.002], [120.0, 28.002], [120.0, 28.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    new = AssetCreate(kind="public_toilet", name="形", geometry=shape)
    one, two = await register_asset(new, registrar), await register_asset(new, registrar)
    await update_asset(two.code, AssetUpdate(lon=121.0), 1, registrar)
    out = tmp_path / "x.geojson"
    await export_assets("public_toilet", "geojson", out, registrar)
    first, second = json.loads(out.read_text())["features"]
    assert (first["id"], first["geometry"]) == (one.code, shape)
    assert second["geometry"]["type"] == "Point"
    result = await import_file(out, ImportOptions(kind="public_toilet"), registrar)
    assert result.unchanged == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"])
def test_no_text_is_a_formula(text) -> None:
    assert guarded(text) == "'" + text


def test_what_is_no_formula_stays() -> None:
    assert [guarded(value) for value in ("a=1", "", -1, 2.5, True, None, "'x")] == [
        "a=1",
        "",
        -1,
        2.5,
        True,
        None,
        "'x",
    ]


async def test_cells_of_both_tables_are_plain(add, registrar, tmp_path) -> None:
    await add("=HYPERLINK(1)", address="=1+1")
    await export_assets("public_toilet", "csv", tmp_path / "x.csv", registrar)
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfcode,name,")
    (row,) = csv.DictReader(data.decode("utf-8-sig").splitlines())
    assert row["name"] == "'=HYPERLINK(1)"
    await export_assets("public_toilet", "xlsx", tmp_path / "x.xlsx", registrar)
    book = load_workbook(tmp_path / "x.xlsx")
    cells = {cell.value: cell for cell in book.worksheets[0][2]}
    assert cells["=HYPERLINK(1)"].data_type == "s"
    assert book.worksheets[0].title == "公共厕所"
    assert cells[120.65].data_type == "n"
    book.close()


async def test_signs_that_no_spreadsheet_holds_do_not_stop_the_export(add, registrar, tmp_path) -> None:
    from foundation.database import execute

    await add()
    await execute("UPDATE asset SET name = $1", "a\x01b")  # as an import of long ago may have left it
    await export_assets("public_toilet", "xlsx", tmp_path / "x.xlsx", registrar)
    book = load_workbook(tmp_path / "x.xlsx", read_only=True)
    assert "ab" in [cell.value for cell in list(book.worksheets[0].rows)[1]]
    book.close()


async def test_a_failed_export_leaves_the_old_file(add, registrar, tmp_path, monkeypatch) -> None:
    await add()
    out = tmp_path / "x.csv"
    out.write_text("the last one")

    def fail(_found, _sheet, path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    monkeypatch.setitem(WRITERS, "csv", fail)
    with pytest.raises(OSError, match="disk full"):
        await export_assets("public_toilet", "csv", out, registrar)
    assert out.read_text() == "the last one"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("form", FORMATS)
async def test_nothing_on_record_is_an_empty_file_that_can_be_read(database, registrar, tmp_path, form) -> None:
    out = tmp_path / f"x.{form}"
    assert await export_assets("street_tree", form, out, registrar) == 0
    assert out.stat().st_size > 0


@pytest.mark.parametrize("form", FORMATS)
async def test_the_retired_and_others_kinds(add, registrar, tmp_path, form) -> None:
    """An export is the whole record of a kind: the retired are in it, other kinds are not."""
    asset = await add()
    await add(kind="street_tree")
    await retire_asset(asset.code, "拆", 1, registrar)
    assert await export_assets("public_toilet", form, tmp_path / "x", registrar) == 1


async def test_who_may_export(database, act_as, tmp_path) -> None:
    for role in (Role.REGISTRAR, Role.PLANNER, Role.DISPATCHER):
        await export_assets("street_tree", "csv", tmp_path / "x.csv", act_as(role))
    for role in (Role.CREW, Role.INSPECTOR, Role.ADMINISTRATOR):
        with pytest.raises(Forbidden):
            await export_assets("street_tree", "csv", tmp_path / "x.csv", act_as(role))
    with pytest.raises(Forbidden):
        await export_assets("street_tree", "csv", tmp_path / "x", act_as(Role.REGISTRAR, Place(street="五")))
    with pytest.raises(NotSignedIn):
        await export_assets("street_tree", "csv", tmp_path / "x", act_as(None))
    with pytest.raises(NotFound):
        await export_assets("castle", "csv", tmp_path / "x", act_as(Role.REGISTRAR))


async def test_many_take_no_query_each(database, registrar, tmp_path, statements) -> None:
    await register_assets([AssetCreate(kind="street_tree", name=f"{n}") for n in range(300)], registrar)
    statements.sent.clear()
    assert await export_assets("street_tree", "csv", tmp_path / "x.csv", registrar) == 300
    assert len(statements.sent) <= 2
