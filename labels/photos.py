"""Where photos of labels lie: apart from those of reports and work, whose room deletes what it no longer names."""

from __future__ import annotations

from typing import Final

from foundation.files import FileStore
from foundation.settings import current_settings

FOLDER: Final = "labels"


def photo_store() -> FileStore:
    """The photos of labels in their places, in a folder of their own among the files, so that a backup holds them.

    The same picture may have been sent as a photo of a report as well: that copy goes when its time has come, and this
    one stays with the label.
    """
    return FileStore(current_settings().files_dir / FOLDER)
