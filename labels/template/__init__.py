"""Label templates: folders of HTML, CSS and a small manifest, bound to fields and laid out once for a stock."""

from labels.template.binding import Bound, bind
from labels.template.compiled import Compiled, compile_template
from labels.template.manifest import Manifest, read_manifest
from labels.template.source import (
    DEFAULT_TEMPLATE,
    SHIPPED,
    Template,
    files_of,
    read_folder,
    read_template,
    shipped_template,
    shipped_templates,
    stored_files,
)

__all__ = [
    "DEFAULT_TEMPLATE",
    "SHIPPED",
    "Bound",
    "Compiled",
    "Manifest",
    "Template",
    "bind",
    "compile_template",
    "files_of",
    "read_folder",
    "read_manifest",
    "read_template",
    "shipped_template",
    "shipped_templates",
    "stored_files",
]
