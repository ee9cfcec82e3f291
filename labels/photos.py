"""Where photos of labels lie: apart from those of reports and work, whose room deletes what it no longer names."""

from __future__ import annotations

from typing import Final

from foundation.files import FileStore
from foundation.settings import current_settings

FOLDER: Final = "labels"
_KEY_SHOWN: Final = 16  # enough of the file's key to make the address another one when the photo is


def photo_store() -> FileStore:
    """The photos of labels in their places, in a folder of their own among the files, so that a backup holds them.

    The same picture may have been sent as a photo of a report as well: that copy goes when its time has come, and this
    one stays with the label.
    """
    return FileStore(current_settings().files_dir / FOLDER)


def photo_mark(key: str) -> str:
    """What of the photo's key stands in its address, so that browsers may keep the photo for ever."""
    return key[:_KEY_SHOWN]


def photo_address(code: str, key: str) -> str:
    """Where everybody sees the photo of a current label, from the root."""
    return f"/A/{code}/photo?k={photo_mark(key)}"
