"""A template's folder: read, checked as a whole, and the ones that ship."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from foundation.errors import Invalid, NotFound
from foundation.translation import N_
from labels.template.binding import Bound, bind
from labels.template.manifest import Manifest, read_manifest

SHIPPED: Final = Path(__file__).parent / "shipped"
NEEDED: Final = ("manifest.toml", "label.html", "label.css")
PICTURES: Final = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
MOST_FILES: Final = 12
LARGEST_TEXT: Final = 100_000
LARGEST_PICTURE: Final = 1_000_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\.(svg|png|jpg)")


@dataclass(frozen=True, slots=True)
class Template:
    """One revision of a template: its manifest, bound HTML, CSS, and pictures by file name. Revision 0 ships."""

    manifest: Manifest
    bound: Bound
    css: str
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    revision: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """The name by which it is chosen."""
        return self.manifest.key

    @property
    def name(self) -> str:
        """Key and revision, as the record of a print has it."""
        return f"{self.key}@{self.revision}" if self.revision else self.key


def read_template(files: Mapping[str, bytes], revision: int = 0) -> Template:
    """A template from its files by name. Raises Invalid that names the file and what is wrong with it."""
    if missing := [name for name in NEEDED if name not in files]:
        raise Invalid(
            N_("A template is a folder with {needed}; {missing} is missing."),
            code="template_files",
            needed=", ".join(NEEDED),
            missing=missing[0],
        )
    if len(files) > MOST_FILES:
        raise Invalid(N_("A template has at most {most} files."), code="template_files", most=MOST_FILES)
    manifest, html, css = (_text(name, files[name]) for name in NEEDED)
    if "</style" in css.lower():
        raise Invalid(N_("A template may not hold “{what}”."), code="template_element", what="</style")
    pictures = {name: _picture(name, data) for name, data in files.items() if name not in NEEDED}
    return Template(read_manifest(manifest), bind(html), css, pictures, revision, files)


def _text(name: str, data: bytes) -> str:
    if len(data) > LARGEST_TEXT:
        raise Invalid(
            N_("{name} is larger than {most} kB."), code="template_files", name=name, most=LARGEST_TEXT // 1000
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(N_("{name} is not a text in UTF-8."), code="template_files", name=name) from error


def _picture(name: str, data: bytes) -> bytes:
    if not _NAME.fullmatch(name):
        raise Invalid(
            N_("A template has no file {name}: pictures are .svg, .png or .jpg with a plain small name."),
            code="template_files",
            name=name[:80],
        )
    if len(data) > LARGEST_PICTURE:
        raise Invalid(
            N_("{name} is larger than {most} kB."), code="template_files", name=name, most=LARGEST_PICTURE // 1000
        )
    return data


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a template's folder, hidden ones left out. Raises Invalid where there is no such folder."""
    if not folder.is_dir():
        raise Invalid(N_("There is no folder {folder}."), code="template_files", folder=str(folder))
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in found[: MOST_FILES + 1]}


def files_of(stored: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a template as the database keeps them, in base 64."""
    return {name: base64.b64decode(data) for name, data in stored.items()}


def stored_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files of a template for the database."""
    return {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}


@functools.cache
def shipped_templates() -> Mapping[str, Template]:
    """The templates that ship, by key, the plain sheet label first."""
    found = {path.name: read_template(read_folder(path)) for path in sorted(SHIPPED.iterdir()) if path.is_dir()}
    order = sorted(found, key=lambda key: (key != DEFAULT_TEMPLATE, key))
    return {key: found[key] for key in order}


DEFAULT_TEMPLATE: Final = "sheet-label"


def shipped_template(key: str) -> Template:
    """The shipped template of that key. Raises NotFound."""
    if key not in shipped_templates():
        raise NotFound(
            N_("There is no label template {key}. The templates are: {known}."),
            code="unknown_template",
            key=key,
            known=", ".join(shipped_templates()),
        )
    return shipped_templates()[key]
