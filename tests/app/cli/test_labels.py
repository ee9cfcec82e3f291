"""Labels from the terminal: what is printed is what a phone reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

PUBLIC_URL = "https://qr.example.gov.cn"


@pytest.fixture
def toilets(facility: Any, tmp_path: Path) -> None:
    """Five toilets on record."""
    file = tmp_path / "toilets.csv"
    rows = "".join(f"T{number},第{number}公厕,府前街{number}号\n" for number in range(1, 6))
    file.write_text("编号,名称,地址\n" + rows, encoding="utf-8")
    assert facility("import", file, "--kind", "public_toilet").returncode == 0


def decoded(file: Path) -> list[str]:
    """What a scanner reads in all pages."""
    pages = [page.render(scale=300 / 72).to_pil() for page in pypdfium2.PdfDocument(file)]
    return sorted(symbol.text for page in pages for symbol in zxingcpp.read_barcodes(page))


@pytest.mark.usefixtures("toilets")
def test_every_label_of_a_kind_can_be_read(facility: Any, tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    command = ("labels", "print", "--kind", "public_toilet", "--out", out, "--json")
    done = facility(*command, FACILITY_PUBLIC_URL=PUBLIC_URL)
    assert (done.returncode, done.stderr) == (0, "")
    first = decoded(out)
    assert len(set(first)) == 5
    assert all(text.startswith("HTTPS://QR.EXAMPLE.GOV.CN/A/") and len(text) == 37 for text in first)
    answer = facility.json(*command[:-1])
    assert (set(answer), answer["labels"], answer["pages"]) == ({"labels", "pages", "seconds", "file"}, 5, 1)
    assert [text[-9:] for text in decoded(out)] == [text[-9:] for text in first]


@pytest.mark.usefixtures("toilets")
def test_a_local_address_on_labels_is_warned_of(facility: Any, tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text("T2\n\nT4\n", encoding="utf-8")
    out = tmp_path / "labels.pdf"
    done = facility("labels", "print", "--codes", tmp_path / "codes.txt", "--start", 23, "--out", out)
    assert done.returncode == 0
    assert "FACILITY_PUBLIC_URL" in done.stderr
    assert "2 labels on 1 sheets" in done.stdout
    assert len(decoded(out)) == 2


@pytest.mark.usefixtures("toilets")
def test_what_cannot_be_printed_leaves_no_file(facility: Any, tmp_path: Path, sentence: Any) -> None:
    codes, out = tmp_path / "codes.txt", tmp_path / "labels.pdf"
    settings = {"FACILITY_PUBLIC_URL": PUBLIC_URL}
    command = ("labels", "print", "--codes", codes, "--out", out)
    assert str(codes) in sentence(facility(*command, **settings))
    codes.write_text("\n  \n", encoding="utf-8")
    assert "holds no code" in sentence(facility(*command, **settings))
    codes.write_text("T1\nT77\n", encoding="utf-8")
    assert "1 codes are unknown: T77" in sentence(facility(*command, **settings))
    everything = ("labels", "print", "--all")
    assert "a4-9x9" in sentence(facility(*everything, "--out", out, "--stock", "a4-9x9", **settings))
    assert "25" in sentence(facility(*everything, "--out", out, "--start", 25, **settings))
    assert "cannot be written" in sentence(facility(*everything, "--out", tmp_path / "no" / "a.pdf", **settings))
    assert not list(tmp_path.glob("*.pdf*")) + list(tmp_path.glob(".*.pdf*"))


def test_blank_labels_are_printed_ahead(facility: Any, tmp_path: Path) -> None:
    out = tmp_path / "blank.pdf"
    done = facility("labels", "preprint", 30, "--out", out, FACILITY_PUBLIC_URL=PUBLIC_URL)
    assert (done.returncode, "30 labels on 2 sheets" in done.stdout) == (0, True)
    assert len(set(decoded(out))) == 30
