"""Photos, to whoever may see them."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from foundation.act import Act
from foundation.files import FileStore
from foundation.settings import current_settings
from foundation.translation import N_, Lang, translate
from maintenance.pages.forms import whole
from maintenance.queries import get_photo
from maintenance.schemas import PhotoRead

STAGES = {"report": N_("Report"), "before": N_("Before"), "after": N_("After the repair")}


def photo_items(photos: list[PhotoRead], lang: Lang) -> list[dict[str, Any]]:
    """Photos as the page shows them."""
    return [
        {
            "url": f"/photos/{photo.id}.jpg",
            "thumb": f"/photos/{photo.id}.jpg",
            "alt": translate(lang, STAGES[photo.stage]),
            "caption": translate(lang, STAGES[photo.stage]),
            "width": photo.width,
            "height": photo.height,
        }
        for photo in photos
    ]


@get("/photos/{name:str}")
async def photo_file(name: FromPath[str], act: NamedDependency[Act], token: FromQuery[str] = "") -> Response[bytes]:
    """One photo, ``17.jpg``; kept by the browser, since a photo never changes."""
    number = whole({"name": name.removesuffix(".jpg")}, "name") or 0
    key = await get_photo(number, token, act)
    body = FileStore(current_settings().files_dir).read(key)
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


PHOTO_PAGES = [photo_file]
