"""The check before a job is handed out: it passes what is right, and each fault is found in its cell."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from foundation.codes import printed
from labels.preflight import Cellmate, Report, check_sheets
from labels.preflight.check import chosen_sheets
from labels.preflight.findings import CONTRAST, FEW_DOTS, OTHER, QUIET, TOO_FAR, UNREAD, findings_of_size
from labels.press import NotProved, PrintOrder, prepare, press
from labels.stock import cells
from labels.template.compiled import POINTS_PER_MM
from tests.labels.press.material import SHEET, face, order, printed_sheets

COUNT = 30


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A sound job of thirty labels."""
    return printed_sheets([face(number) for number in range(COUNT)]).pdf


def mates(wanted: PrintOrder, codes: list[str]) -> Callable[[int], list[Cellmate]]:
    placed = [Cellmate(cell, code) for cell, code in zip(cells(wanted.stock, len(codes)), codes, strict=True)]
    return lambda sheet: [mate for mate in placed if mate.cell.sheet == sheet]


def checked(pdf: bytes | Path, codes: list[str] | None = None) -> Report:
    wanted = order()
    table, compiled = prepare(wanted)
    codes = codes or [face(number).code for number in range(COUNT)]
    return check_sheets(pdf, compiled, table, mates(wanted, codes), labels=len(codes))


def painted(pdf: bytes, tmp_path: Path, operators: str, sheet: int = 0) -> Path:
    """The job with something painted over a sheet."""
    out = tmp_path / "painted.pdf"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[sheet].contents_add(document.make_stream(operators.encode()), prepend=False)
        document.save(out)
    return out


def rect(x: float, y: float, width: float, height: float, paint: str = "0 g") -> str:
    """A rectangle in millimetres from the upper left corner of an A4 sheet."""
    points = [value * POINTS_PER_MM for value in (x, 297 - y - height, width, height)]
    return f"q {paint} {' '.join(f'{value:.2f}' for value in points)} re f Q\n"


def test_a_sound_job_passes_and_every_label_was_read(pdf: bytes) -> None:
    report = checked(pdf)
    assert (report.findings, report.checked, report.labels, report.dpi) == ((), COUNT, COUNT, 300)


def test_a_code_in_the_wrong_cell_is_named(pdf: bytes) -> None:
    codes = [face(number).code for number in range(COUNT)]
    codes[4], codes[25] = codes[25], codes[4]
    report = checked(pdf, codes)
    assert [(one.sheet, one.position, one.text) for one in report.findings] == [(1, 5, OTHER), (2, 2, OTHER)]
    for lang in ("zh-CN", "en"):
        assert printed(codes[4]) in report.findings[0].message(lang)
        assert face(4).url in report.findings[0].message(lang)


def test_a_covered_code_cannot_be_read(pdf: bytes, tmp_path: Path) -> None:
    # The second cell of the third row; half of its symbol.
    report = checked(painted(pdf, tmp_path, rect(70 + 4, 74.5 + 4, 16, 22)))
    assert [(one.sheet, one.position, one.text) for one in report.findings] == [(1, 8, UNREAD)]


def test_ink_in_the_quiet_zone_is_found_where_the_code_still_reads(pdf: bytes, tmp_path: Path) -> None:
    report = checked(painted(pdf, tmp_path, rect(1.6, 8, 1.0, 12)))
    assert [(one.position, one.text) for one in report.findings] == [(1, QUIET)]


def test_a_grey_wash_takes_the_contrast(pdf: bytes, tmp_path: Path) -> None:
    """A light paper over the whole label, as a template with a dark ground would have it."""
    wash = rect(0, 0.5, 70, 37, "/Wash gs 1 g")
    out = painted(pdf, tmp_path, wash)
    with pikepdf.open(out, allow_overwriting_input=True) as document:
        state = pikepdf.Dictionary(Wash=pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.6))
        resources = pikepdf.Dictionary(document.pages[0].Resources)
        resources.ExtGState = state
        document.pages[0].Resources = resources
        document.save(out)
    report = checked(out)
    assert [(one.position, one.text) for one in report.findings] == [(1, CONTRAST)]


def test_one_module_turned_does_not_pass_unseen(pdf: bytes, tmp_path: Path) -> None:
    """Error correction reads over it; the tones of the modules do not."""
    table, compiled = prepare(order())
    x, y = (value / POINTS_PER_MM for value in compiled.symbol[:2])
    module = compiled.module
    # A dark module among the data, painted light.
    row = list(table.rows(table.bits(face(0).code)))[14]
    column = next(place for place in range(10, 20) if row >> table.size - 1 - place & 1)
    spot = rect(x + (4 + column) * module, 0.5 + y + (4 + 14) * module, module, module, "1 g")
    report = checked(painted(pdf, tmp_path, spot))
    assert [(one.position, one.text) for one in report.findings] == [(1, CONTRAST)]


def test_large_jobs_are_checked_in_whole_sheets_from_first_to_last() -> None:
    assert chosen_sheets(84, 2000) == list(range(84))
    some = chosen_sheets(417, 10_000)
    assert (some[0], some[-1]) == (0, 416)
    assert 2000 <= len(some) * 24 <= 2400
    assert max(after - before for before, after in pairwise(some)) <= 6
    assert len(chosen_sheets(4167, 100_000)) * 24 >= 2000
    # A roll: one label on each page.
    assert 2000 <= len(chosen_sheets(10_000, 10_000)) <= 2002


def test_modules_of_few_dots_and_a_code_too_small_for_its_distance_are_told() -> None:
    assert findings_of_size(23.2, 29, 300, 200) == []
    assert [one.text for one in findings_of_size(23.2, 29, 300, 1000)] == [TOO_FAR]
    assert [one.text for one in findings_of_size(8.7, 29, 203, 50)] == [FEW_DOTS]
    for lang in ("zh-CN", "en"):
        assert "1000" in findings_of_size(23.2, 29, 300, 1000)[0].message(lang)


def test_a_job_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A template for somebody ten metres away, on labels for an arm's length."""
    wanted = order()
    far = replace(wanted.template, manifest=replace(wanted.template.manifest, distance=10_000.0), revision=9)
    out = tmp_path / "labels.pdf"
    with pytest.raises(NotProved) as refused:
        press([face(1)], 1, replace(wanted, template=far), out)
    assert "10000" in refused.value.message("en")
    assert [sorted(finding) for finding in refused.value.findings] == [["en", "zh"]]
    assert list(tmp_path.iterdir()) == []
    assert SHEET.per_sheet == 24
