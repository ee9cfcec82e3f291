"""Blank labels, photos and a place to bind them at, and what a page offers."""

from __future__ import annotations

import io
import re

import httpx
from PIL import Image

from foundation.act import Act
from foundation.database import fetch
from labels.service.issue import make_blank_labels

HERE = (120.6543, 28.0123)


async def blank(act: Act) -> str:
    (made,) = await make_blank_labels(1, act, job="x", stock="a4-3x8")
    return made.code


def picture(size: tuple[int, int] = (80, 60)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, "PNG")
    return file.getvalue()


async def sightings() -> list[tuple]:
    rows = await fetch("SELECT lon, lat, source, at FROM label_sighting ORDER BY id")
    return [tuple(row) for row in rows]


def offered(page: httpx.Response) -> list[str]:
    """The facilities a page offers, in its order, by name."""
    return re.findall(r'<a class="job[^>]*><b>(.*?)</b>', page.text)
