"""Files and photos: a store that names a file by its content, and the one door through which photos come in."""

from foundation.files.photos import Photo, prepare_photo, thumbnail
from foundation.files.pictures import encode_png, grey_png
from foundation.files.store import FileStore

__all__ = ["FileStore", "Photo", "encode_png", "grey_png", "prepare_photo", "thumbnail"]
