"""What a journey brings along: a small district of its own, photos, and eyes that read a printed sheet."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

_STREETS = (("柳荫街道", "Liuyin"), ("石桥街道", "Shiqiao"), ("望江街道", "Wangjiang"))
_NAMES = ("东门", "西市", "南湖", "北关", "文庙", "灯塔", "渡口", "钟楼", "竹巷", "榕树")


def small_district(file: Path) -> Path:
    """Thirty toilets nobody has ever seen, as GeoJSON with everyday headings."""
    features = [_toilet(number) for number in range(30)]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return file


def _toilet(number: int) -> dict[str, object]:
    street, english = _STREETS[number // 10]
    name = _NAMES[number % 10]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [120.65 + number * 0.001, 28.01 + number * 0.0007]},
        "properties": {
            "编号": f"LY-{number + 1:03}",
            "名称": f"{street[:2]}{name}公厕",
            "name_en": f"{english} Public Toilet {number % 10 + 1}",
            "地址": f"{street}{name}路 {number + 1} 号",
            "街道": street,
            "男厕位": 3 + number % 3,
            "女厕位": 5 + number % 4,
            "开放时间": "06:00-22:00",
        },
    }


def photo(words: str, colour: tuple[int, int, int], size: tuple[int, int] = (1600, 1200)) -> dict[str, object]:
    """A photo as a phone hands it over, its position and its maker in the metadata."""
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    for step in range(0, size[0], 80):
        draw.line([(step, 0), (size[0] - step, size[1])], fill=(255, 255, 255), width=6)
    draw.text((40, 40), words, fill=(0, 0, 0), font_size=90)
    exif = Image.Exif()
    exif[0x010F] = "Tell-tale Phone Works"
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88, exif=exif)
    return {"name": f"{words}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def read_sheet(pdf: Path, pages: int = 1) -> list[str]:
    """The addresses behind the labels of the first pages, read as a phone's camera reads them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [document[number].render(scale=300 / 72).to_pil() for number in range(min(pages, len(document)))]
    finally:
        document.close()
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def picture_of_sheet(pdf: Path, file: Path) -> None:
    """The first sheet as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document[0].render(scale=96 / 72).to_pil().save(file)
    finally:
        document.close()
