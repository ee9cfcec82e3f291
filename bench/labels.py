"""The label engine against its peers and its limit: the same synthetic labels for all, a fresh process for each.

What a process has imported, and the labels themselves, are there before its clock starts; its peak memory is the
kernel's own figure (VmHWM), which begins anew with every program, as ``ru_maxrss`` does not.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bench.figures import Figure
from bench.material import PREFIX, faces, order_of
from bench.program import ROOT

MANY, MOST, FEW, READ = 10_000, 100_000, 480, 2_000
ROUNDS = 3
Timed = Callable[[], Path]


def _import_all() -> None:
    """What a press imports, before the clock starts."""
    for name in ("fontTools.ttLib", "pypdfium2", "weasyprint", "labels.preflight", "labels.press"):
        importlib.import_module(name)


def stamp(count: int, folder: Path, *, shipped: bool = False) -> Timed:
    """Stamping as the press does it, the template laid out anew and the file written; without reading it back."""
    _import_all()
    order, made = order_of(shipped), list(faces(count))

    def work() -> Path:
        from foundation.pdf import font_files
        from labels.press import prepare
        from labels.press.characters import Missing
        from labels.stamp import Stamper
        from labels.stock import cells

        table, compiled = prepare(order)
        missing = Missing(order.template.bound.fields, font_files())
        stamper = Stamper(compiled, table, font_files())
        for _, group in groupby(zip(cells(order.stock, count), made, strict=True), key=lambda pair: pair[0].sheet):
            stamper.add([(cell, missing.look(face.filled())) for cell, face in group])
        if missing.count or stamper.missing() or compiled.reasons:
            raise RuntimeError("the measured labels are not those that can be stamped")
        stamper.save(folder / "out.pdf")
        return folder / "out.pdf"

    return work


def whole_press(count: int, folder: Path) -> Timed:
    """The whole job from a spool on disk, as a printing server does it: stamped, saved and read back."""
    _import_all()
    from labels.press import press
    from labels.press.spool import Spool, Spooled

    order, spool = order_of(), Spool(folder / "spool")
    rows = (
        Spooled(n, n, face.code, face.word, dict(face.words), "", face.asset) for n, face in enumerate(faces(count))
    )
    while spool.append(row for _, row in zip(range(1000), rows, strict=False)):
        pass

    def work() -> Path:
        press((item.face(PREFIX) for item in spool), count, order, folder / "out.pdf")
        return folder / "out.pdf"

    return work


def reference(count: int, folder: Path) -> Timed:
    """WeasyPrint drawing every label itself, with the same lines in the same template."""
    _import_all()
    order, made = order_of(), list(faces(count))

    def work() -> Path:
        from labels.press import prepare
        from labels.press.reference import render_sheets
        from labels.stock import cells

        table, compiled = prepare(order)
        placed = zip(cells(order.stock, count), (face.filled() for face in made), strict=True)
        sheets = [list(group) for _, group in groupby(placed, key=lambda pair: pair[0].sheet)]
        (folder / "out.pdf").write_bytes(render_sheets(compiled, table, sheets))
        return folder / "out.pdf"

    return work


def preflight(count: int, folder: Path) -> Timed:
    """Reading every label of a stamped job back at 300 dpi."""
    pdf = stamp(count, folder)()
    from labels.preflight import Cellmate, check_sheets
    from labels.press import prepare
    from labels.stock import cell_in

    order = order_of()
    table, compiled = prepare(order)
    codes = [face.code for face in faces(count)]
    each = order.stock.per_sheet

    def mates(sheet: int) -> list[Cellmate]:
        some = codes[sheet * each : (sheet + 1) * each]
        return [Cellmate(cell_in(order.stock, sheet * each + number), code) for number, code in enumerate(some)]

    def work() -> Path:
        report = check_sheets(pdf, compiled, table, mates, labels=count)
        if report.checked != count or report.dpi != 300 or report.findings:
            raise RuntimeError(f"{report.checked} of {count} labels read at {report.dpi} dpi: {report.findings[:3]}")
        return pdf

    return work


@dataclass(frozen=True)
class Cost:
    """What a process took: CPU seconds of the work, those before it, labels in a CPU second, peak in megabytes."""

    cpu: float
    before: float
    rate: float
    peak: float


def cost_of(work: str, count: int) -> Cost:
    """Run one work in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="facility-bench-") as folder:
        command = [sys.executable, "-m", "bench.labels", work, str(count), folder]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout)
    return Cost(said["cpu"], said["before"], count / said["cpu"], said["peak"])


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _read_first(pdf: Path, count: int) -> None:
    """Whoever drew it: the first sheet holds the labels that were asked for."""
    import pypdfium2
    import zxingcpp

    image = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72, grayscale=True).to_pil()
    found = {symbol.text for symbol in zxingcpp.read_barcodes(image)}
    wanted = {face.url for face in faces(min(count, 24))}
    if found != wanted:
        raise RuntimeError(f"the sheet holds {len(found & wanted)} of {len(wanted)} labels")


def main(work: str, count: int, folder: Path) -> None:
    """Prepare one work, do it against the clock, say what it took; then see that it is what was asked for."""
    from bench.peers import blabel_sheets, reportlab_sheets

    works: dict[str, Callable[[int, Path], Timed]] = {
        "stamp": stamp,
        "shipped": lambda many, place: stamp(many, place, shipped=True),
        "press": whole_press,
        "weasyprint": reference,
        "preflight": preflight,
        "reportlab": reportlab_sheets,
        "blabel": blabel_sheets,
    }
    timed = works[work](count, folder)
    before = _cpu()
    pdf = timed()
    after = _cpu()
    peak = _peak()
    _read_first(pdf, count)
    print(json.dumps({"cpu": after - before, "before": before, "peak": peak}))


def _memory(name: str, cost: Cost, most: int) -> Figure:
    value = f"{cost.peak:.0f} MB ({cost.rate:,.0f} per CPU s)"
    return Figure(f"whole job of {name}, peak memory", value, f"≤ {most} MB", cost.peak <= most)


def engine(_folder: Path) -> list[Figure]:
    """Stamping against reportlab, WeasyPrint and blabel; the memory of whole jobs; reading back."""
    turns = [(cost_of("stamp", MANY), cost_of("reportlab", MANY)) for _ in range(ROUNDS)]
    ours, limit = (min(turn, key=lambda cost: cost.cpu) for turn in zip(*turns, strict=True))
    shipped, reading = cost_of("shipped", MANY), cost_of("preflight", READ)
    part = ours.cpu / limit.cpu
    seconds = f"{part:.2f}× ({ours.cpu:.2f} / {limit.cpu:.2f} s)"
    figures = [
        Figure("stamp 10,000 labels of five fields", f"{ours.rate:,.0f} per CPU s", "≥ 2,000", ours.rate >= 2000),
        Figure("… ÷ reportlab drawing the same sheet, CPU", seconds, "≤ 1.5×", part <= 1.5),
        Figure("… with the template that ships, nine fields", f"{shipped.rate:,.0f} per CPU s"),
    ]
    for name, work in (("WeasyPrint whole", "weasyprint"), ("blabel", "blabel")):
        peer = cost_of(work, FEW)
        times = ours.rate / peer.rate
        value = f"{times:.0f}× ({ours.rate:,.0f} / {peer.rate:,.1f} per CPU s)"
        figures.append(Figure(f"… against {name}, 480 labels", value, "≥ 25×", times >= 25))
    return [
        *figures,
        _memory("10,000", cost_of("press", MANY), 250),
        _memory("100,000", cost_of("press", MOST), 350),
        Figure("read back 2,000 labels at 300 dpi", f"{reading.rate:,.0f} per CPU s", "≥ 100", reading.rate >= 100),
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
