"""How much damage a printed symbol of ours bears, simulated on the finished PDF and read as a phone would.

The paper is the symbol as pdfium draws it from a stamped sheet, at 16 pixels a module. Damage is drawn on the paper;
then a camera sees it: turned by up to three degrees and anywhere in its picture, each of its pixels the mean of
what lies before it, six pixels a module unless the test is about that, with noise of one per cent. All of it is seeded.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.figures import Figure

SYMBOLS = 30
SEED = 31
SIZE, QUIET, FINE = 29, 4, 16  # modules of version 3, its quiet zone, pixels of paper a module
# Camera pixels a module, degrees, standard deviation of 255, and pixels: the reader looks at blocks of eight of them.
PIXELS, TURN, NOISE, SHIFT = 6.0, 3.0, 2.55, 8.0
PAPER, INK = 255, 0
# How far away the lens is, in widths of the symbol: 25 mm from a hand's breadth and a half.
LENS = 6.0
Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
Damage = Callable[[Image.Image, random.Random], Image.Image]


@dataclass(frozen=True)
class Trial:
    """One kind of damage: what is done to the paper, how the camera sees it, and the rate that is known of others."""

    name: str
    known: int
    damage: Damage = field(default=lambda paper, _dice: paper)
    pixels: float = PIXELS
    tilt: float = 0.0
    quiet: float = QUIET
    surround: int = PAPER


def _module(number: float) -> float:
    """The left edge of a module of the symbol in pixels of the paper."""
    return (QUIET + number) * FINE


def _block(share: float, place: str) -> Damage:
    """A square sticker or stain of any tone on that share of the symbol."""
    side = SIZE * math.sqrt(share)

    def damage(paper: Image.Image, dice: random.Random) -> Image.Image:
        free = SIZE - side
        x, y = {
            "centre": (free / 2, free / 2),
            "corner": (free, free),  # the one without a finder
            "random": (dice.uniform(0, free), dice.uniform(0, free)),
        }[place]
        box = (_module(x), _module(y), _module(x + side) - 1, _module(y + side) - 1)
        ImageDraw.Draw(paper).rectangle(box, fill=dice.randint(INK, PAPER))
        return paper

    return damage


def _allowed() -> Image.Image:
    """Where there is data: neither finders with their separators and format bits, nor timing, nor alignment."""
    mask = Image.new("L", ((SIZE + 2 * QUIET) * FINE,) * 2)
    draw = ImageDraw.Draw(mask)

    def fill(left: int, top: int, right: int, bottom: int, value: int) -> None:
        draw.rectangle((_module(left), _module(top), _module(right) - 1, _module(bottom) - 1), fill=value)

    fill(0, 0, SIZE, SIZE, 255)
    for left, top, right, bottom in (
        (0, 0, 9, 9), (SIZE - 8, 0, SIZE, 9), (0, SIZE - 8, 9, SIZE), (6, 0, 7, SIZE), (0, 6, SIZE, 7),
        (SIZE - 9, SIZE - 9, SIZE - 4, SIZE - 4),
    ):  # fmt: skip
        fill(left, top, right, bottom, 0)
    return mask


def _dirt(share: float, *, data_only: bool = False) -> Damage:
    """Dark splashes of two to four modules across (1.4 to 2.7 mm here), until they cover that share of the symbol.

    Of the sizes tried this is the one under which the library's own symbols of versions 2-M, 3-Q and 4-H are read as
    was measured before, all nine figures within their noise.
    """

    def damage(paper: Image.Image, dice: random.Random) -> Image.Image:
        specks = Image.new("L", paper.size)
        draw = ImageDraw.Draw(specks)
        allowed = _allowed() if data_only else None
        wanted, covered = share * (SIZE * FINE) ** 2, 0
        while covered < wanted:
            x, y = (_module(dice.uniform(0, SIZE)) for _ in range(2))
            radius = dice.uniform(1, 2) * FINE
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
            if allowed is not None:
                specks = ImageChops.darker(specks, allowed)
                draw = ImageDraw.Draw(specks)
            covered = sum(specks.histogram()[1:])
        paper.paste(INK, mask=specks)
        return paper

    return damage


def _blur(sigma: float) -> Damage:
    return lambda paper, _dice: paper.filter(ImageFilter.GaussianBlur(sigma * FINE))


def _arc(degrees: float) -> Damage:
    """Seen from the side of a post around which the symbol with its quiet zone covers that angle."""
    whole = math.radians(degrees)

    def damage(paper: Image.Image, _dice: random.Random) -> Image.Image:
        width, height = paper.size
        radius = width / whole
        strips = []
        for x in range(width):
            sine = [max(-1.0, min(1.0, (edge - width / 2) / radius)) for edge in (x, x + 1)]
            left, right = (width / 2 + radius * math.asin(value) for value in sine)
            strips.append(((x, 0, x + 1, height), (left, 0, left, height, right, height, right, 0)))
        return paper.transform(paper.size, Image.Transform.MESH, strips, Image.Resampling.BILINEAR, fillcolor=PAPER)

    return damage


def _contrast(share: float) -> Damage:
    """Faded ink on grey paper, about the middle of what the camera can tell."""
    dark, light = 128 - share * 127.5, 128 + share * 127.5
    table = [round(dark + (light - dark) * tone / 255) for tone in range(256)]
    return lambda paper, _dice: paper.point(table)


TRIALS = (
    Trial("centre block 8 %", 100, _block(0.08, "centre")),
    Trial("centre block 12 %", 80, _block(0.12, "centre")),
    Trial("centre block 16 %", 20, _block(0.16, "centre")),
    Trial("corner without finder 16 %", 96, _block(0.16, "corner")),
    Trial("random square 5 %", 73, _block(0.05, "random")),
    Trial("random square 12 %", 60, _block(0.12, "random")),
    Trial("dirt over all 2 %", 66, _dirt(0.02)),
    Trial("dirt on data 4 %", 100, _dirt(0.04, data_only=True)),
    Trial("dirt on data 6 %", 86, _dirt(0.06, data_only=True)),
    Trial("blur, sigma half a module", 83, _blur(0.5)),
    Trial("tilt 50 degrees", 100, tilt=50),
    Trial("tilt 60 degrees", 100, tilt=60),
    Trial("around a post, arc 90 degrees", 100, _arc(90)),
    Trial("around a post, arc 120 degrees", 100, _arc(120)),
    Trial("camera 1.8 pixels a module", 100, pixels=1.8),
    Trial("camera 2.5 pixels a module", 100, pixels=2.5),
    Trial("whole symbol 52 camera pixels", 100, pixels=52 / SIZE),
    Trial("contrast 20 %", 100, _contrast(0.20)),
    Trial("contrast 12 %", 90, _contrast(0.12)),
    Trial("quiet zone 1 module, dark around", 100, quiet=1, surround=INK),
    Trial("quiet zone 2 modules, dark around", 100, quiet=2, surround=INK),
)


def _product(left: Matrix, right: Matrix) -> Matrix:
    rows = [[sum(left[i][k] * right[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    return tuple(tuple(row) for row in rows)


def _seen(paper: Image.Image, trial: Trial, dice: random.Random, noise: Image.Image) -> Image.Image:
    """The camera's picture: the paper tilted about its upright axis before a lens, and sampled."""
    margin = 12  # modules of surround at every side
    over = math.ceil(FINE / trial.pixels)  # rays a pixel, so that none of the paper's own is missed
    side = math.ceil((SIZE + 2 * margin) * trial.pixels)
    tilt, turn = math.radians(trial.tilt), math.radians(dice.uniform(-TURN, TURN))
    lens = LENS * SIZE * FINE
    across, cosine, sine = 1 / (trial.pixels * over) * FINE, math.cos(turn), math.sin(turn)
    dx, dy = (side * over / 2 + dice.uniform(-SHIFT, SHIFT) * over for _ in range(2))
    centred: Matrix = ((across, 0, -dx * across), (0, across, -dy * across), (0, 0, 1))
    turned: Matrix = ((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1))
    # A point (x, y) of the picture shows (x, y cos t) / (cos t - x sin t / lens) of a plane turned by t.
    tilted: Matrix = ((1, 0, 0), (0, math.cos(tilt), 0), (-math.sin(tilt) / lens, 0, math.cos(tilt)))
    back: Matrix = ((1, 0, paper.width / 2), (0, 1, paper.height / 2), (0, 0, 1))
    whole = _product(back, _product(tilted, _product(turned, centred)))
    scale = whole[2][2]
    data = [value / scale for row in whole for value in row][:8]
    fine = paper.transform(
        (side * over, side * over),
        Image.Transform.PERSPECTIVE,
        data,
        Image.Resampling.BILINEAR,
        fillcolor=trial.surround,
    )
    image = fine.reduce(over)
    x, y = (dice.randrange(noise.width - side) for _ in range(2))
    return ImageChops.add(image, noise.crop((x, y, x + image.width, y + image.height)), 1, -128)


def _noise(dice: random.Random, side: int = 700) -> Image.Image:
    tones = bytes(max(0, min(255, round(dice.gauss(128, NOISE)))) for _ in range(side * side))
    return Image.frombytes("L", (side, side), tones)


def _papers(count: int) -> list[tuple[str, Image.Image]]:
    """Symbols with their quiet zone out of a stamped PDF, each with the address it holds."""
    from bench.labels import stamp
    from bench.material import SHEET, SYMBOL_LEFT, SYMBOL_MM, SYMBOL_TOP, faces
    from foundation.pdf import open_pages
    from labels.stock import STOCKS, cells

    point = 72 / 25.4
    full = (SIZE + 2 * QUIET) * FINE
    made = []
    with tempfile.TemporaryDirectory() as folder, open_pages(stamp(count, Path(folder))()) as pages:
        for cell, face in zip(cells(STOCKS[SHEET], count), faces(count), strict=True):
            left, top = (cell.left + SYMBOL_LEFT) * point, (cell.top + SYMBOL_TOP) * point
            side = SYMBOL_MM * point
            raster = pages.grey(cell.sheet, full / SYMBOL_MM * 25.4, (left, top, left + side, top + side))
            image = Image.frombytes("L", (raster.stride, raster.height), bytes(raster.pixels))
            made.append((face.url, image.crop((0, 0, raster.width, raster.height)).resize((full, full))))
    return made


def _plain(url: str) -> Image.Image:
    """The QR library's own symbol of the address, of the mask it finds best, drawn to the pixel."""
    from labels.qr import encode

    full = SIZE + 2 * QUIET
    image = Image.new("L", (full, full), PAPER)
    for y, row in enumerate(encode(url, level="Q", version=3).rows):
        for x, dark in enumerate(row):
            image.putpixel((x + QUIET, y + QUIET), INK if dark else PAPER)
    return image.resize((full * FINE,) * 2, Image.Resampling.NEAREST)


def rate_of(trial: Trial, papers: Sequence[tuple[str, Image.Image]], noise: Image.Image) -> tuple[float, int]:
    """Per cent of the symbols that are read as what they are, and how many were read as something else."""
    import zxingcpp

    right = wrong = 0
    for number, (url, clean) in enumerate(papers):
        dice = random.Random(f"{SEED} {trial.name} {number}")
        cut = round((QUIET - trial.quiet) * FINE)
        paper = trial.damage(clean.copy(), dice)
        paper = paper.crop((cut, cut, paper.width - cut, paper.height - cut))
        found = {symbol.text for symbol in zxingcpp.read_barcodes(_seen(paper, trial, dice, noise))}
        right += url in found
        wrong += bool(found - {url})
    return 100 * right / len(papers), wrong


def damage_series(_folder: Path, symbols: int = SYMBOLS) -> list[Figure]:
    """Every trial beside the rate that was measured before for level Q, version 3 and the same reader.

    The library's own symbols under the same damage tell what of a difference is the model's, which is not known of the
    earlier figures, and what is ours.
    """
    papers, noise = _papers(symbols), _noise(random.Random(SEED))
    plain = [(url, _plain(url)) for url, _ in papers]
    figures, met, even, misread = [], 0, 0, 0
    for trial in TRIALS:
        (rate, wrong), (other, _) = rate_of(trial, papers, noise), rate_of(trial, plain, noise)
        met, even, misread = met + (int(rate) >= trial.known), even + (rate >= other), misread + wrong
        figures.append(
            Figure(f"read: {trial.name}", f"{rate:.0f} % (library's {other:.0f} %)", f"known {trial.known} %")
        )
    many = len(TRIALS)
    return [
        *figures,
        Figure("read: at least the level-Q figures", f"{met} of {many}", "all", met == many),
        Figure("read: at least the library's own symbols", f"{even} of {many}", "all", even == many),
        Figure("read as another address", f"{misread} of {many * symbols}", "none", misread == 0),
    ]
