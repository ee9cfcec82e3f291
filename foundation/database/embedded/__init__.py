"""The application's own PostgreSQL: no configuration, one cluster in the data folder, shared by every command."""

from foundation.database.embedded.binaries import Binaries, find_binaries
from foundation.database.embedded.cluster import Cluster
from foundation.database.embedded.running import running_database

__all__ = ["Binaries", "Cluster", "find_binaries", "running_database"]
