"""A file as columns and rows of text: CSV, TSV, GeoJSON, a JSON list of objects, XLSX."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from foundation.errors import Invalid
from foundation.translation import N_

GEOMETRY: Final = "geometry"
# What a spreadsheet takes for the beginning of a formula.
FORMULA: Final = tuple("=+-@＝＋－＠\t\r")
LARGEST: Final = 512 * 1024 * 1024
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_JSON_KINDS: Final = {".json", ".geojson"}
# csv refuses cells beyond 128 KiB; a polygon in a cell may be longer.
csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True)
class Row:
    """One data row: its number in the file from 1, its cells by column, and whether it could be read at all."""

    number: int
    cells: dict[str, str]
    too_wide: bool = False


@dataclass(frozen=True)
class Source:
    """A file that could be read."""

    columns: list[str]
    rows: Sequence[Row]
    encoding: str = "utf-8"
    digest: str = ""


def read_source(path: Path, encoding: str | None = None) -> Source:
    """Read a whole file. Raises Invalid with a sentence when it cannot be read as what it says it is."""
    if not path.is_file():
        raise Invalid(N_("There is no file {file}."), code="no_file", file=str(path))
    if path.stat().st_size > LARGEST:
        raise Invalid(N_("The file is larger than 512 MB. Please split it."), code="file_too_large")
    data = path.read_bytes()
    source = parse_source(data, path.suffix.lower(), encoding)
    return replace(source, digest=hashlib.sha256(data).hexdigest())


def parse_source(data: bytes, suffix: str, encoding: str | None = None) -> Source:
    """Read bytes by their file suffix; the content decides where the suffix says nothing."""
    if suffix == ".xlsx" or data[:4] == b"PK\x03\x04":
        return _xlsx(data)
    text, used = _decode(data, encoding)
    if suffix in _JSON_KINDS or text.lstrip()[:1] in {"{", "["}:
        return _json(text, used)
    return _csv(text, used)


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    text, used = _decoded(data, encoding)
    return storable(text), used


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding:
        return _decode_as(data, encoding), encoding
    if b"\x00" in data[:4096] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Invalid(N_("This is not a text file. Import CSV, GeoJSON, JSON or XLSX."), code="not_text")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(data, "utf-16"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _decode_as(data, "gb18030"), "gb18030"


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        raise Invalid(
            N_("The file is not in {encoding}. Name its encoding with --encoding."),
            code="bad_encoding",
            encoding=encoding,
        ) from error
    except (LookupError, ValueError) as error:
        raise Invalid(N_("There is no encoding named {encoding}."), code="bad_encoding", encoding=encoding) from error


def storable(text: str) -> str:
    """The text without the two things no database takes: NUL and half a character."""
    return _UNSTORABLE.sub("", text)


def _csv(text: str, encoding: str) -> Source:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise Invalid(N_("The file is not a readable table: {reason}."), code="bad_csv", reason=str(error)) from error
    if not lines:
        raise Invalid(N_("The file is empty."), code="empty_file")
    columns = unique_names(lines[0])
    return Source(columns, [_row(n, columns, line) for n, line in enumerate(lines[1:], 1)], encoding)


def _row(number: int, columns: list[str], line: Sequence[str]) -> Row:
    too_wide = any(cell.strip() for cell in line[len(columns) :])
    return Row(number, dict(zip(columns, (_plain(cell) for cell in line), strict=False)), too_wide)


def _plain(cell: str) -> str:
    """A cell without the apostrophe by which an export keeps spreadsheets from running it as a formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _delimiter(text: str) -> str:
    head = text[: text.find("\n") if "\n" in text else len(text)]
    return max(",\t;|", key=head.count)


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names made unique and never empty, so that no column hides another."""
    found: dict[str, None] = {}
    for position, name in enumerate(names, 1):
        clean = name.strip() or f"column {position}"
        candidates = chain([clean], (f"{clean} ({number})" for number in count(2)))
        found[next(candidate for candidate in candidates if candidate not in found)] = None
    return list(found)


def _json(text: str, encoding: str) -> Source:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(N_("The file is not valid JSON: {reason}."), code="bad_json", reason=str(error)[:100]) from error
    features = document.get("features") if isinstance(document, dict) else document
    if not isinstance(features, list):
        raise Invalid(N_("The file holds no list of features."), code="no_features")
    if not features:
        raise Invalid(N_("The file is empty."), code="empty_file")
    rows = [Row(n, _cells(feature)) for n, feature in enumerate(features, 1)]
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))
    return Source(columns, rows, encoding)


def _cells(feature: Any) -> dict[str, str]:
    if not isinstance(feature, dict):
        return {}
    if feature.get("type") != "Feature":
        return {storable(name): _text(value) for name, value in feature.items()}
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        properties = {}
    cells = {storable(name): _text(value) for name, value in properties.items()}
    if feature.get("id") is not None:
        cells.setdefault("id", _text(feature["id"]))
    if feature.get("geometry"):
        cells[GEOMETRY] = _text(feature["geometry"])
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return storable(value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return storable("; ".join(value))
    return storable(json.dumps(value, ensure_ascii=False)) if isinstance(value, dict | list) else str(value)


def _xlsx(data: bytes) -> Source:
    # Loaded only for spreadsheets: it is slow to import and rarely needed.
    from zipfile import BadZipFile

    from openpyxl.reader.excel import load_workbook

    load: Any = load_workbook  # untyped

    try:
        book = load(io.BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid(N_("The spreadsheet is damaged."), code="bad_xlsx") from error
    lines = [[_cell(value) for value in line] for line in book.worksheets[0].iter_rows(values_only=True)]
    lines = [line for line in lines if any(line)]
    if not lines:
        raise Invalid(N_("The file is empty."), code="empty_file")
    columns = unique_names(lines[0])
    return Source(columns, [_row(n, columns, line) for n, line in enumerate(lines[1:], 1)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return storable(str(value)).strip()


def iter_rejected(source: Source, rejected: set[int]) -> Iterator[Row]:
    """The rows that were left out, to be mended and tried again."""
    return (row for row in source.rows if row.number in rejected)
