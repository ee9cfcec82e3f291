"""A toilet with its label, photos for it, and readers of the page behind it."""

from __future__ import annotations

import io
import random
from typing import NamedTuple

import pytest
from PIL import Image

from foundation.act import Act
from labels.schemas import IssuedLabel
from labels.service import issue_labels
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset

LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])
DUTY = "0577-5550 1000"


class Marked(NamedTuple):
    """A toilet and its label."""

    asset: AssetRead
    label: IssuedLabel

    @property
    def path(self) -> str:
        return f"/A/{self.label.code}"


async def mark(act: Act, name: str = "东门公厕") -> Marked:
    new = AssetCreate(kind="public_toilet", name=name, name_en="East toilet", street="五马街道", address="府前街12号")
    asset = await register_asset(new, act)
    return Marked(asset, (await issue_labels([asset.id], act))[asset.id])


def noise(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A photo that no JPEG makes small."""
    dice = random.Random(7)  # noqa: S311 - the same photo every time is the point
    picture = Image.frombytes("RGB", (size[0] // 4, size[1] // 4), dice.randbytes(size[0] * size[1] // 16 * 3))
    file = io.BytesIO()
    picture.resize(size).save(file, "JPEG", quality=90)
    return file.getvalue()


def speak(lang: str) -> dict[str, str]:
    return {"accept-language": lang, "accept": "text/html"}


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]
