"""A label in front of an emulated camera: what Chromium plays as its video, and a browser that has such a camera."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pypdfium2
import qrcode
import zxingcpp
from PIL import Image, ImageFilter

SIZE: Final = (640, 480)
FRAMES: Final = 5


def camera_flags(video: Path) -> list[str]:
    """Chromium's own words for a camera that plays this file, over and over, from the next opening on."""
    return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={video}"]


def printed_labels(pdf: Path) -> dict[str, Image.Image]:
    """The labels of the first sheet as pictures, by the address that their code holds."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    finally:
        document.close()
    return {code.text: _around(sheet, code.position) for code in zxingcpp.read_barcodes(sheet)}


def _around(sheet: Image.Image, corners: zxingcpp.Position) -> Image.Image:
    left, top = corners.top_left.x, corners.top_left.y
    side = corners.bottom_right.x - left
    rim = side // 4
    return sheet.crop((left - rim, top - rim, left + side + rim, top + side + rim))


def strange_code(words: str) -> Image.Image:
    """A code that is none of ours."""
    picture: Image.Image = qrcode.make(words).get_image().convert("RGB")
    return picture


def hold_before_camera(picture: Image.Image, video: Path) -> None:
    """Write the video: the label on grey ground, a little turned, unsharp and trembling, with a sensor's noise."""
    dice = random.Random(7)  # noqa: S311 - the same trembling each time
    noise = Image.effect_noise(SIZE, 40).convert("RGB")
    with video.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420mpeg2\n")
        for _ in range(FRAMES):
            frame = Image.new("RGB", SIZE, (120, 118, 112))
            label = picture.resize((260, 260)).rotate(8 + dice.random(), expand=True, fillcolor=(120, 118, 112))
            frame.paste(label, (150 + dice.randrange(12), 70 + dice.randrange(12)))
            frame = Image.blend(frame.filter(ImageFilter.GaussianBlur(0.8)), noise, 0.12)
            file.write(b"FRAME\n" + _planes(frame))


def _planes(frame: Image.Image) -> bytes:
    light, blue, red = frame.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    return light.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
