"""Photos, to whoever may see them."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from foundation.act import Act
from foundation.files import FileStore
from foundation.settings import current_settings
from maintenance.queries import get_photo


@get("/photos/{photo_id:int}.jpg")
async def photo_file(photo_id: FromPath[int], act: NamedDependency[Act], token: FromQuery[str] = "") -> Response[bytes]:
    """One photo; kept by the browser, since a photo never changes."""
    key = await get_photo(photo_id, token, act)
    body = FileStore(current_settings().files_dir).read(key)
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


PHOTO_PAGES = [photo_file]
