"""One file that holds a whole district: the database and the files, with what proves it complete."""

from foundation.database.backup.archive import Manifest
from foundation.database.backup.backup import backup, restore

__all__ = ["Manifest", "backup", "restore"]
