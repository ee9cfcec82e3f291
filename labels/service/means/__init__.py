"""Verbs of what labels are printed with: templates, stock, printers."""

from labels.service.means.archive import pack_template, read_archive, read_uploads
from labels.service.means.preview import picture_template, preview_files, preview_template
from labels.service.means.printers import PrinterMeasures, remove_printer, save_printer
from labels.service.means.stocks import remove_stock, save_stock
from labels.service.means.templates import draft_template, publish_template, withdraw_template

__all__ = [
    "PrinterMeasures",
    "draft_template",
    "pack_template",
    "picture_template",
    "preview_files",
    "preview_template",
    "publish_template",
    "read_archive",
    "read_uploads",
    "remove_printer",
    "remove_stock",
    "save_printer",
    "save_stock",
    "withdraw_template",
]
