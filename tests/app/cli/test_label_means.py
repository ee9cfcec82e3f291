"""Label templates from the terminal: brought, seen, listed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

SHIPPED = Path(__file__).resolve().parents[3] / "labels" / "template" / "shipped"
PUBLIC_URL = {"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template of one's own."""
    made = tmp_path / "own"
    shutil.copytree(SHIPPED / "sheet-label", made)
    manifest = made / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"sheet-label"', '"own-label"'), "utf-8")
    return made


def test_a_folder_is_kept_published_and_listed(facility: Any, folder: Path) -> None:
    kept = facility("labels", "template", "add", folder, **PUBLIC_URL)
    assert (kept.returncode, kept.stdout.strip()) == (
        0, "The template own-label is kept as a draft, revision 1. Publish it to print with it.",
    )  # fmt: skip
    used = facility.json("labels", "template", "add", folder, "--publish")
    assert (used["key"], used["revision"], used["state"], used["in_use"]) == ("own-label", 1, "published", True)
    lines = facility("labels", "template", "list", LANG="zh_CN.UTF-8").stdout.splitlines()
    assert "own-label\t1\tpublished *\t通用标签" in lines
    assert any(line.startswith("sheet-label\t0\tshipped *") for line in lines)
    items = facility.json("labels", "template", "list")["items"]
    assert {(one["key"], one["state"]) for one in items} >= {("own-label", "published"), ("sheet-label", "shipped")}


def test_a_specimen_is_printed_and_nothing_is_kept(facility: Any, folder: Path, tmp_path: Path) -> None:
    out, codes, toilets = tmp_path / "specimen.pdf", tmp_path / "codes.txt", tmp_path / "toilets.csv"
    toilets.write_text("编号,名称\nT1,第1公厕\n", encoding="utf-8")
    assert facility("import", toilets, "--kind", "public_toilet").returncode == 0
    codes.write_text("T1\n", encoding="utf-8")
    command = ("labels", "template", "preview", folder, "--out", out)
    done = facility(*command, "--stock", "a4-3x7", "--codes", codes, **PUBLIC_URL)
    assert (done.returncode, str(out) in done.stdout) == (0, True)
    page = pypdfium2.PdfDocument(out)[0]
    assert "第1公厕" in page.get_textpage().get_text_range()
    found = [symbol.text for symbol in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())]
    assert found == ["HTTPS://QR.EXAMPLE.GOV.CN/A/000000000"]
    listed = facility.json("labels", "template", "list")["items"]
    assert all(one["state"] == "shipped" for one in listed)


def test_what_is_wrong_with_a_folder_is_one_sentence(
    facility: Any, folder: Path, tmp_path: Path, sentence: Any
) -> None:
    out = tmp_path / "specimen.pdf"
    assert "There is no folder" in sentence(facility("labels", "template", "add", tmp_path / "nothing"))
    (folder / "label.html").write_text("{% for x in y %}", "utf-8")
    assert "no commands" in sentence(facility("labels", "template", "add", folder, "--publish"))
    assert "no commands" in sentence(facility("labels", "template", "preview", folder, "--out", out))
    assert not out.exists()
    assert "is missing" in sentence(facility("labels", "template", "preview", folder))
