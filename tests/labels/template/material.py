"""One believable asset of each kind, as the registry gives it, and its words as labels ask for them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw

from labels.press import PrintOrder, press
from labels.press.press import Photos
from labels.service.printing.faces import Words
from labels.sheet import LabelFace
from labels.template import Template
from labels.template.binding import FROM_CODE
from registry.schemas import AssetRead
from tests.labels.press.material import Sheets, face

NOW = datetime(2026, 11, 24, tzinfo=UTC)
UNIT = {"name": "鹿城区环卫中心", "name_en": "Lucheng Sanitation Centre", "duty_phone": "0577-8812 0000"}
PARKS = {"name": "鹿城区园林管理处", "name_en": "Lucheng Parks Office", "duty_phone": "0577-8812 0011"}
ROADS = {"name": "鹿城区市政设施管理中心", "name_en": "Lucheng Municipal Works", "duty_phone": "0577-8812 0022"}

PLAIN = AssetRead(
    id=7, code="GC-0007", kind="public_toilet", name="府前街公厕", name_en="Fuqian Road Public Toilet",
    address="五马街道府前街12号", address_en="12 Fuqian Road, Wuma", street="五马街道", community="桂柑社区",
    lon=120.65, lat=28.01, status="intact", operating_state="in_service", condition=2, condition_on=None,
    attributes={"open_hours": "06:00-22:00"}, organisation_id=1, component_id=None, label=None, open_requests=0,
    open_orders=0, overdue=0, last_service_at=None, next_service_at=None, version=1, created_at=NOW, updated_at=NOW,
    retired_at=None,
)  # fmt: skip


def _like(**values: object) -> AssetRead:
    return AssetRead(**{name: getattr(PLAIN, name) for name in AssetRead.__struct_fields__} | values)


TREE = _like(
    code="XDS-00128", kind="street_tree", name="府前街香樟128", name_en="Camphor 128, Fuqian Road", organisation_id=2,
    attributes={
        "species_zh": "香樟", "species_latin": "Cinnamomum camphora", "species_en": "Camphor tree", "dbh": 31.5,
        "vigour": "thriving", "location_context": "street",
    },
)  # fmt: skip
BRIDGE = _like(
    code="TQ-0017", kind="pedestrian_bridge", name="人民路晏公殿巷天桥", name_en="Renmin Road Yangongdian Footbridge",
    organisation_id=3,
    attributes={"structure": "steel_girder", "length": 46.5, "width": 4.0, "clearance": 5.2},
)  # fmt: skip
GARBAGE = _like(
    code="LF-0042", kind="garbage_room", name="桂柑社区信河街垃圾房", name_en="Guigan Xinhe Street Garbage Room",
    address="五马街道信河街218号", attributes={"hours": "06:30-09:00; 17:30-20:30"},
)  # fmt: skip
ASSETS: Mapping[str, AssetRead] = {one.kind: one for one in (PLAIN, TREE, BRIDGE, GARBAGE)}


def asset_for(template: Template) -> AssetRead:
    """An asset of a kind the template is drawn for."""
    return next((ASSETS[kind] for kind in template.manifest.kinds if kind in ASSETS), PLAIN)


def words_for(template: Template, asset: AssetRead | None = None) -> dict[str, str]:
    """An asset's words for a template, as a print makes them."""
    asked = tuple(name for name in template.bound.fields if name not in FROM_CODE)
    words = Words(asked, False, {1: UNIT, 2: PARKS, 3: ROADS}, "2026-11-24")
    return words.of(asset or asset_for(template))


def face_with(words: Mapping[str, str], *, number: int = 40_503, photo: str = "") -> LabelFace:
    """A label with these words only."""
    plain = face(number)
    return LabelFace(plain.code, plain.url, plain.word, dict(words), photo, plain.asset)


def photo(size: tuple[int, int] = (800, 600)) -> bytes:
    """A small house under the sky as a JPEG."""
    width, height = size
    image = Image.new("RGB", size, (150, 178, 196))
    draw = ImageDraw.Draw(image)

    def at(*places: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * width, y * height) for x, y in places]

    draw.rectangle(at((0, 0.84), (1, 1)), fill=(128, 134, 128))
    draw.ellipse(at((0.72, 0.3), (1.02, 0.82)), fill=(92, 122, 84))
    draw.rectangle(at((0.9, 0.7), (0.92, 0.86)), fill=(98, 78, 62))
    draw.rectangle(at((0.12, 0.4), (0.8, 0.86)), fill=(226, 218, 202))
    draw.polygon(at((0.06, 0.42), (0.46, 0.18), (0.86, 0.42)), fill=(112, 72, 62))
    for left, tone in ((0.2, (58, 84, 92)), (0.6, (58, 84, 92)), (0.4, (84, 92, 94))):
        draw.rectangle(at((left, 0.52), (left + 0.13, 0.86)), fill=tone)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def photos(names: Iterable[str]) -> Mapping[str, bytes]:
    """The picture of each name, upright for ``tall``."""
    return {name: photo((480, 800) if name == "tall" else (800, 600)) for name in names}


def pressed(faces: Sequence[LabelFace], order: PrintOrder, photos: Photos = photos) -> Sheets:
    """The job of these labels and their photos as the press leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "labels.pdf"
        made = press(faces, len(faces), order, out, photos=photos)
        return Sheets(out.read_bytes(), made.labels, made.pages, made.checked, made.notes)
