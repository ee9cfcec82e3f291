"""The catalogue from its files: read, checked in every respect, and completed with what all kinds share."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any, Final

from foundation.errors import Invalid, StartRefused
from foundation.settings import load_settings
from foundation.translation import N_, Lang
from registry.catalogue.checks import check_kind
from registry.catalogue.completion import complete_ground, complete_kind
from registry.catalogue.reading import read_ground, read_kind
from registry.catalogue.schema import Catalogue, Ground, Kind

HERE: Final = Path(__file__).resolve().parent


class CatalogueRefused(StartRefused):
    """The catalogue has mistakes; ``problems`` are all of them, each with its file."""

    def __init__(self, problems: list[Invalid]) -> None:
        super().__init__(
            N_("The facility catalogue has mistakes:\n{problems}"),
            code="bad_catalogue",
            problems=_listed(problems, "en"),
        )
        self.problems = problems

    def message(self, lang: Lang) -> str:
        """All mistakes in the reader's language, one on each line."""
        self.params["problems"] = _listed(self.problems, lang)
        return super().message(lang)


def _listed(problems: list[Invalid], lang: Lang) -> str:
    return "\n".join(f"{problem.params.get('file', '')}: {problem.message(lang)}".lstrip(": ") for problem in problems)


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The kinds that ship, and the operator's own from the folder ``extra``.

    A file of the operator's that names a shipped kind's key must say ``override = true``. Raises CatalogueRefused
    with every mistake of every file.
    """
    problems: list[Invalid] = []
    ground = complete_ground(read_ground(HERE / "common.toml"))
    kinds: dict[str, Kind] = {}
    for path in [*_files(HERE / "kinds", problems), *_files(extra, problems)]:
        _take(path, ground, kinds, problems)
    problems += _shared_prefixes(kinds)
    if problems:
        raise CatalogueRefused(problems)
    return Catalogue(kinds=kinds, ground=ground)


def _files(folder: Path | None, problems: list[Invalid]) -> list[Path]:
    if folder is None:
        return []
    if not folder.is_dir():
        problems.append(Invalid(N_("There is no folder {folder} for the catalogue."), folder=str(folder)))
        return []
    return sorted(folder.glob("*.toml"), key=_shipped_order)


def _shipped_order(path: Path) -> tuple[int, str]:
    known = ("public_toilet", "love_station", "garbage_room", "transfer_station", "street_tree", "pedestrian_bridge")
    return (known.index(path.stem) if path.stem in known else len(known), path.stem)


def _take(path: Path, ground: Ground, kinds: dict[str, Kind], problems: list[Invalid]) -> None:
    """Read one file into ``kinds``, or leave its mistakes in ``problems``."""
    data = _parse(path, problems)
    if data is None:
        return
    override = data.pop("override", False)
    try:
        kind = complete_kind(*read_kind(path.name, data), ground)
    except Invalid as mistake:
        problems.append(mistake)
        return
    if kind.key in kinds and override is not True:
        problems.append(
            Invalid(
                N_("The kind “{kind}” exists already. Write override = true to replace it."),
                file=path.name,
                kind=kind.key,
            )
        )
        return
    problems += check_kind(path.name, kind, ground)
    kinds[kind.key] = kind


def _parse(path: Path, problems: list[Invalid]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Invalid(N_("It cannot be read: {detail}"), file=path.name, detail=str(error)))
        return None


def _shared_prefixes(kinds: dict[str, Kind]) -> list[Invalid]:
    text = N_("The kinds {first} and {second} share the code prefix {prefix}.")
    owners: dict[str, str] = {}
    return [
        Invalid(text, first=owners[kind.prefix], second=kind.key, prefix=kind.prefix)
        for kind in kinds.values()
        if owners.setdefault(kind.prefix, kind.key) != kind.key
    ]


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue in force, read once: the shipped kinds and those of the folder FACILITY_CATALOGUE_DIR."""
    return load_catalogue(load_settings().catalogue_dir)
