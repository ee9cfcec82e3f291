"""A stock as it is typed and files as they are sent."""

from __future__ import annotations

LANGS = {"zh": "zh-CN", "en": "en"}


def parts(files: dict[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, data)) for name, data in files.items()]


SHEET = {
    "key": "ours", "page_width": "210", "page_height": "297", "columns": "3", "rows": "8", "label_width": "70",
    "label_height": "37", "margin_left": "0", "margin_top": "0,5", "pitch_x": "70", "pitch_y": "37", "corner": "0",
    "bleed": "0", "life_years": "2", "dpi": "0", "form": "sheet", "version": "",
}  # fmt: skip
