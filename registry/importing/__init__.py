"""Import of outside data: read, map, check, write in one transaction. The same file twice changes nothing."""

from registry.importing.options import ImportOptions, ImportResult
from registry.importing.problems import Problem, Problems
from registry.importing.run import import_file
from registry.importing.undo import UndoResult, undo_import

__all__ = ["ImportOptions", "ImportResult", "Problem", "Problems", "UndoResult", "import_file", "undo_import"]
