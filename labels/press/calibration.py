"""The page by which a printer's error is measured: where it puts the edges of labels, and what it makes of 100 mm.

Each ruler crosses an edge of a label, and its numbers are such that the number at which the real edge is seen is by how
much the printer prints too far right, or too far down.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from foundation.pdf import font_face_css, font_files, open_pages, render_pdf
from labels.press.zpl import check_thermal, write_page
from labels.stamp import Shift, join_documents
from labels.stock import MM_PER_INCH, Stock, cell_in
from labels.template.compiled import POINTS_PER_MM

BAR: Final = 100.0
_RULER: Final = 20.0
_REACH: Final = 10.0
# Office printers leave so much at the paper's edge white; a ruler that shows less than 5 mm beyond an edge is none.
_UNPRINTED: Final = 4.0
_LEAST: Final = 5.0
# Type sizes in tenths of a point, and line height.
LARGEST: Final = 110
LEAST: Final = 38
LINE: Final = 1.4
_LINE: Final = 0.12  # how wide lines are on office printers, in millimetres
_HAN: Final = 0x2E7F
_LATIN: Final = 0.54
_TICKS: Final = {10: 2.4, 2: 1.6, 1: 0.9}  # every so many halves of a millimetre, so long
_NUMBERED: Final = 10  # halves of a millimetre from one number to the next
_CLEAR: Final = 2.6  # around the cross itself no number is written


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a cross, in millimetres from the page's corner: the label's ``edge`` that its ruler measures,
    where the cross stands, and from where to where the ruler goes.
    """

    edge: float
    cross: float
    first: float
    last: float

    @property
    def one_sided(self) -> bool:
        """Whether the ruler ends at the edge, because there is no paper beyond it."""
        return self.edge in {self.first, self.last}


@dataclass(frozen=True, slots=True)
class Cross:
    """A cross in a label with its two rulers."""

    across: Axis
    along: Axis


def crosses(stock: Stock) -> tuple[Cross, Cross]:
    """The crosses in the first and in the last label, at the edges that can be seen best; on the printed page."""
    extra = stock.extra
    width, height = stock.page_width + 2 * extra, stock.page_height + 2 * extra
    made = []
    for position, sign in ((0, 1), (stock.per_sheet - 1, -1)):
        cell = cell_in(stock, position)
        left, top = cell.left + extra, cell.top + extra
        made.append(
            Cross(
                _axis(left, left + stock.label_width, width, sign),
                _axis(top, top + stock.label_height, height, sign),
            )
        )
    return made[0], made[1]


def _axis(start: float, end: float, page: float, sign: int) -> Axis:
    """A label's outer edge where there is paper beyond it, else the inner one, else the outer one from inside."""
    outer, inner = (start, end) if sign > 0 else (end, start)
    edge, inward = outer, sign
    if _seen(outer, page, -sign) < _LEAST <= _seen(inner, page, sign):
        edge, inward = inner, -sign
    beyond = _seen(edge, page, -inward)
    size = end - start
    beyond = beyond if beyond >= _LEAST else 0.0
    within = min(_REACH if beyond else _RULER, size)
    ends = (edge - inward * beyond, edge + inward * within)
    return Axis(edge, edge + inward * min(_REACH, size / 2), min(ends), max(ends))


def _seen(edge: float, page: float, way: int) -> float:
    """How many whole millimetres of a ruler would be seen beyond an edge, towards the page's end or its beginning."""
    room = page - edge if way > 0 else edge
    return float(int(max(0.0, min(_REACH, room - _UNPRINTED))))


def read_shift(stock: Stock, right: float, down: float, across: float = BAR, along: float = BAR) -> Shift:
    """The printer's error from what was read on the page, in millimetres: at the rulers of the first cross, and the
    lengths of the bars.

    A printer that stretches puts an edge the further off the further it is from the corner; the error is reckoned from
    the corner.
    """
    cross, scales = crosses(stock)[0], (across / BAR, along / BAR)
    edges = cross.across.edge, cross.along.edge
    made = [
        round(read - edge * (scale - 1) / scale, 3)
        for read, edge, scale in zip((right, down), edges, scales, strict=True)
    ]
    return Shift(made[0], made[1], *scales)


def calibration_pdf(stock: Stock, shift: Shift) -> bytes:
    """One page of the stock with the labels' outlines, two crosses with rulers, two bars, and what to do with them.

    ``shift`` is undone as the press undoes it: with the right one everything stands where it should.
    """
    fonts = font_files()
    out = io.BytesIO()
    join_documents([render_pdf(_html(stock, font_face_css(fonts)), fonts=fonts)], out, stock, shift)
    return out.getvalue()


def calibration_zpl(stock: Stock, shift: Shift) -> str:
    """``calibration_pdf`` for a thermal printer, in ZPL at the stock's own dots.

    What the correction moves over the label's edge is lost, as it is on paper. Raises Invalid for a stock that is for
    no thermal printer.
    """
    check_thermal(stock)
    fonts = font_files()
    # A thinner line would be one dot here and two there, as it falls.
    pdf = render_pdf(_html(stock, font_face_css(fonts), 2 * MM_PER_INCH / stock.dpi), fonts=fonts)
    out = io.StringIO()
    with open_pages(pdf) as pages:
        write_page(pages, 0, stock, shift, out, whole=False)
    return out.getvalue()


def _html(stock: Stock, font_faces: str, line: float = _LINE) -> str:
    width, height = stock.page_width + 2 * stock.extra, stock.page_height + 2 * stock.extra
    both = crosses(stock)
    drawn = [*_outlines(stock), *_cross("1", both[0]), *_cross("2", both[1])]
    words, bars = _words(stock, both, width, height, line)
    return _DOCUMENT.format(
        fonts=font_faces,
        width=width,
        height=height,
        drawn="".join(drawn),
        bars="".join(bars),
        words=words,
        line=line,
    )


def _outlines(stock: Stock) -> Iterator[str]:
    size = f'width="{stock.label_width:g}" height="{stock.label_height:g}" rx="{stock.corner:g}"'
    for position in range(stock.per_sheet):
        cell = cell_in(stock, position)
        yield f'<rect x="{cell.left + stock.extra:g}" y="{cell.top + stock.extra:g}" {size} class="o"/>'


def _cross(name: str, cross: Cross) -> Iterator[str]:
    across, along = cross.across, cross.along
    yield _line(min(across.first, across.cross), along.cross, max(across.last, across.cross), along.cross)
    yield _line(across.cross, min(along.first, along.cross), across.cross, max(along.last, along.cross))
    for place, length, number in _ticks(across):
        yield _line(place, along.cross, place, along.cross + length)
        if number:
            yield _number(place, along.cross - 0.7, number, "middle")
    for place, length, number in _ticks(along):
        yield _line(across.cross, place, across.cross + length, place)
        if number:
            yield _number(across.cross - 0.7, place + 0.8, number, "end")
    yield f'<circle cx="{across.cross:g}" cy="{along.cross:g}" r="1.8" class="c"/>'
    yield f'<text x="{across.cross + 1.6:g}" y="{along.cross - 1.6:g}" class="n">{name}</text>'


def _ticks(axis: Axis) -> Iterator[tuple[float, float, str]]:
    """Each tick of a ruler: its place, its length, its number."""
    for half in range(round((axis.first - axis.edge) * 2), round((axis.last - axis.edge) * 2) + 1):
        length = next(size for every, size in _TICKS.items() if half % every == 0)
        place = axis.edge + half / 2
        numbered = half % _NUMBERED == 0 and abs(place - axis.cross) > _CLEAR
        yield place, length, f"{-half / 2:g}".replace("-", "−") if numbered else ""


def _line(x: float, y: float, to_x: float, to_y: float, kind: str = "l") -> str:
    return f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" class="{kind}"/>'


def _number(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="d">{text}</text>'


def _words(stock: Stock, both: tuple[Cross, Cross], width: float, height: float, line: float) -> tuple[str, list[str]]:
    """What to do, in a frame between the crosses or in the two free corners of a small page; and the bars."""
    top, bottom = both[0].along.last + 3, both[1].along.first - 3
    frame_width, frame_height = min(width - 12, 168.0), min(bottom - top, 124.0)
    if frame_width < 60 or frame_height < 44:
        return _corners(stock, both, width, height), []
    left, upper = (width - frame_width) / 2, (top + bottom - frame_height) / 2
    bars = []
    x, y = left + 3, upper + 3
    if frame_width >= BAR + 6:
        bars += _bar(left + (frame_width - BAR) / 2, upper + 5, line, across=True)
        y += 9
    if frame_height >= BAR + 8:
        bars += _bar(left + 5, upper + (frame_height - BAR) / 2, line, across=False)
        x += 9
    right, end = left + frame_width - 3, upper + frame_height - 3
    text = _block(_steps(stock, len(bars) // 3), x, y, right - x, end - y)
    frame = f'<div class="f" style="{_place(left, upper, frame_width, frame_height)}"></div>'
    return frame + text, bars


def _corners(stock: Stock, both: tuple[Cross, Cross], width: float, height: float) -> str:
    zh, en = _steps(stock, 0)
    first, second = both
    left = max(first.across.last, first.across.cross) + 2
    right = min(second.across.first, second.across.cross) - 2
    low = first.along.last + 2
    upper = _block((zh, []), left, 2, width - 2 - left, min(second.along.first, low) - 4)
    return upper + _block(([], en), 2, low, right - 2, height - 2 - low)


def _bar(x: float, y: float, line: float, *, across: bool) -> list[str]:
    """A bar of 100 mm from the outside of one end to the outside of the other, and its name."""
    half = line / 2
    if across:
        body = _line(x, y, x + BAR, y, "b")
        ends = "".join(_line(at, y - 2, at, y + 2) for at in (x + half, x + BAR - half))
    else:
        body = _line(x, y, x, y + BAR, "b")
        ends = "".join(_line(x - 2, at, x + 2, at) for at in (y + half, y + BAR - half))
    turn = "" if across else f' transform="rotate(-90 {x + 4:g} {y + BAR / 2:g})"'
    middle = (x + BAR / 2, y + 4) if across else (x + 4, y + BAR / 2)
    name = f'<text x="{middle[0]:g}" y="{middle[1]:g}" text-anchor="middle" class="n"{turn}>{BAR:g} mm</text>'
    return [body, ends, name]


def _steps(stock: Stock, bars: int) -> tuple[list[str], list[str]]:
    steps = [*(_THERMAL if stock.form == "roll" else _HELD), _READ]
    cross = crosses(stock)[0]
    steps += [_BEYOND] if cross.across.one_sided or cross.along.one_sided else []
    steps += [_BARS] if bars else []
    count = 2 + bars
    last = (_TYPE[0].format(count=_COUNTS[count]), _TYPE[1].format(count=count))
    return [zh for zh, _ in (*steps, last)], [en for _, en in (*steps, last)]


def _block(steps: tuple[list[str], list[str]], x: float, y: float, width: float, height: float) -> str:
    """Steps as a numbered list in the largest type its place allows."""
    sizes = (tenth / 10 for tenth in range(LARGEST, LEAST, -1))
    size = next((size for size in sizes if _height(steps, size, width) <= height), LEAST / 10)
    lists = "".join(
        f"<ol lang={lang}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ol>"
        for lang, lines in zip(("zh-CN", "en"), steps, strict=True)
        if lines
    )
    return f'<div class="w" style="{_place(x, y, width, height)};font-size:{size:.2f}pt">{lists}</div>'


def _height(steps: tuple[list[str], list[str]], size: float, width: float) -> float:
    """How high a list gets: a Han letter takes an em, others about half of one."""
    em = size / POINTS_PER_MM
    lines = [sum(1.0 if ord(char) > _HAN else _LATIN for char in line) * em for step in steps for line in step]
    count = sum(-(-length // (width - 3 * em)) for length in lines)
    return (count * LINE + 0.6 * len([step for step in steps if step])) * em


def _place(x: float, y: float, width: float, height: float) -> str:
    return f"left:{x:g}mm;top:{y:g}mm;width:{width:g}mm;height:{height:g}mm"


_HELD: Final = (
    ("按 100 % 打印在普通纸上：不缩放，不选“适合页面”。", "Print at 100 % on plain paper: no scaling."),
    ("与一张标签纸叠齐，对着光看。", "Lay it on a sheet of labels, hold both to the light."),
)
_THERMAL: Final = (("按 100 % 直接打印在标签上：不缩放。", "Print at 100 % on the labels themselves: no scaling."),)
_READ: Final = (
    "在十字 1 的尺上读出标签真实边缘处的数字：横尺为偏右，竖尺为偏下（毫米，负号照写）。",
    "On the rulers of cross 1 read the number at the label's real edge: too far right on the level one, too far down on"
    " the upright one (mm, with its sign).",
)
_BEYOND: Final = (
    "边缘在 0 以外时，量 0 到边缘的距离。",
    "Where the edge lies beyond the 0, measure from the 0 to the edge.",
)
_BARS: Final = ("用尺量长线，应为 100 毫米。", "Measure the long bars, end to end: they should be 100 mm.")
_TYPE: Final = (
    "把这{count}个数填入打印机的校正，再打印一张：两处都应读到 0。",
    "Type these {count} numbers into the printer's correction and print again: both crosses should read 0.",
)
_COUNTS: Final = {2: "两", 3: "三", 4: "四"}

_DOCUMENT: Final = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<title>打印机校正页 Printer calibration</title><style>{fonts}
@page {{ size: {width:.4f}mm {height:.4f}mm; margin: 0 }}
body {{ margin: 0; font-family: "Facility Sans"; color: #000 }}
svg {{ position: absolute; left: 0; top: 0; width: {width:.4f}mm; height: {height:.4f}mm }}
.f {{ position: absolute; background: #fff; border: 0.15mm solid #000; box-sizing: border-box }}
.w {{ position: absolute; line-height: 1.4; overflow: hidden }}
ol {{ margin: 0 0 0.6em; padding: 0 0 0 1.5em }}
</style></head><body>
<svg viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg"><style>
.o {{ fill: none; stroke: #000; stroke-width: {line:g} }} .l {{ stroke: #000; stroke-width: {line:g} }}
.b {{ stroke: #000; stroke-width: 0.3 }} .c {{ fill: none; stroke: #000; stroke-width: {line:g} }}
.d {{ font-family: "Facility Sans"; font-size: 2.3px }} .n {{ font-family: "Facility Sans"; font-size: 3px }}
</style>{drawn}</svg>{words}
<svg viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg"><style>
.l {{ stroke: #000; stroke-width: {line:g} }} .b {{ stroke: #000; stroke-width: 0.3 }}
.n {{ font-family: "Facility Sans"; font-size: 3px }}
</style>{bars}</svg></body></html>"""
