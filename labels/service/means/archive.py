"""The files of a template as they come in and go out: one ZIP, or the files one by one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_
from labels.template.source import LARGEST_PICTURE, MOST_FILES

LARGEST_ARCHIVE: Final = 5_000_000
# No file of a template is larger than a picture may be, so no whole is larger than so much.
LARGEST_WHOLE: Final = MOST_FILES * LARGEST_PICTURE
# The others of the format unpack in pieces of any size, whatever is asked of them.
_KINDS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_DAY: Final = (2026, 1, 1, 0, 0, 0)  # the same files make the same archive


def read_uploads(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files of a template as a form sends them, by their names: one ZIP, or the files themselves.

    Raises Invalid for nothing, for two files of one name, and as ``read_archive`` does.
    """
    found = [(_last(name), data) for name, data in uploads if not _is_hidden(name)]
    if not found:
        raise Invalid(N_("Choose the template's ZIP, or its files."), code="no_file")
    if len(found) == 1 and (found[0][0].lower().endswith(".zip") or found[0][1].startswith(b"PK\x03\x04")):
        return read_archive(found[0][1])
    if sum(len(data) for _, data in found) > LARGEST_WHOLE:
        raise _too_large(LARGEST_WHOLE)
    return _named(found)


def read_archive(data: bytes) -> dict[str, bytes]:
    """The files in a ZIP by their names; they may stand in one folder. Hidden files and macOS's own are passed over.

    At most 5 MB packed, twelve files, and a megabyte each, by what the archive says and by what comes out of it. Raises
    Invalid for anything else.
    """
    if len(data) > LARGEST_ARCHIVE:
        raise _too_large(LARGEST_ARCHIVE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
            _check(members)
            return _named([(_last(one.filename), _unpacked(archive, one)) for one in members])
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Invalid(N_("The ZIP is damaged or cannot be read."), code="bad_archive") from error


def _check(members: list[zipfile.ZipInfo]) -> None:
    """Everything that can be seen before anything is unpacked."""
    if len(members) > MOST_FILES:
        raise Invalid(N_("A template has at most {most} files."), code="template_files", most=MOST_FILES)
    folders = {one.filename.rpartition("/")[0] for one in members}
    for one in members:
        parts = one.filename.split("/")
        if "\\" in one.filename or ".." in parts or "" in parts or ":" in one.filename or len(parts) > 2:
            raise _strange(one.filename)
        if one.flag_bits & _ENCRYPTED or one.compress_type not in _KINDS:
            raise Invalid(
                N_("{name} is packed in a way that is not taken: make an ordinary ZIP without a password."),
                code="bad_archive",
                name=one.filename[:80],
            )
        if one.file_size > LARGEST_PICTURE:
            raise _too_large(LARGEST_PICTURE)
    if len(folders) > 1:
        raise _strange(max(one.filename for one in members))


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        data = file.read(LARGEST_PICTURE + 1)
    if len(data) > LARGEST_PICTURE:
        raise _too_large(LARGEST_PICTURE)
    return data


def _named(found: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, data in found:
        if name in files:
            raise Invalid(N_("There are two files {name}."), code="template_files", name=name[:80])
        files[name] = data
    return files


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _is_hidden(path: str) -> bool:
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in path.split("/"))


def _strange(name: str) -> Invalid:
    return Invalid(
        N_("The ZIP holds “{name}”: a template is one folder of files, with no folder in it."),
        code="bad_archive",
        name=name[:80],
    )


def _too_large(most: int) -> Invalid:
    return Invalid(N_("The upload is too large: {most} kB are the most."), code="upload_too_large", most=most // 1000)


def pack_template(key: str, files: Mapping[str, bytes]) -> bytes:
    """A ZIP with the template's folder, as ``read_archive`` reads it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(f"{key}/{name}", _DAY), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
