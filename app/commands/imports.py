"""``facility import`` and ``facility import undo``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.commands.parser import Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from app.commands.writing import replacing
from foundation.errors import Invalid
from foundation.translation import N_

if TYPE_CHECKING:
    from registry.importing import ImportOptions, ImportResult

UNDO: Final = "import undo"
SHOWN: Final = 20
MAP: Final = N_("which column is which field; may be repeated")


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    (
        commands.add("import", N_("read a file of facilities"), import_)
        .takes("file", type=Path, metavar="FILE", help=N_("CSV, TSV, GeoJSON, JSON or XLSX"))
        .takes("--kind", required=True, metavar="KIND", help=N_("the kind of facility, such as street_tree"))
        .takes("--map", action="append", default=[], metavar="COLUMN=FIELD", help=MAP)
        .takes("--mapping", type=Path, metavar="FILE.toml", help=N_("the same as a table [map] in a file"))
        .takes("--key", metavar="COLUMN", help=N_("the column that identifies a row across imports"))
        .takes("--crs", default="wgs84", metavar="FRAME", help=N_("wgs84, gcj02, bd09 or EPSG:n"))
        .takes("--encoding", metavar="NAME", help=N_("where it is neither UTF-8 nor GB 18030"))
        .takes("--strict", action="store_true", help=N_("write nothing when any row is rejected"))
        .takes("--rejected-to", type=Path, metavar="FILE", help=N_("where rejected rows go, with their problems"))
        .takes("--dry-run", action="store_true", help=N_("only tell what would happen"))
        .json()
    )  # fmt: skip
    commands.add(UNDO, N_("take an import back"), undo).takes(
        "batch", type=int, metavar="BATCH", help=N_("the number the import told")
    )


def plain(argv: list[str]) -> list[str]:
    """``import undo BATCH`` as a command of its own: argparse cannot tell it from a file named ``undo``."""
    return [UNDO, *argv[2:]] if argv[:2] == ["import", "undo"] else argv


def import_(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Import a file."""
    options = _options(arguments)

    async def work() -> ImportResult:
        from registry.importing import import_file

        with terminal.progress(N_("Importing")) as progress:
            return await import_file(arguments.file, options, terminal.act(), progress)

    if arguments.rejected_to:
        with replacing(arguments.rejected_to) as partial:
            result = run_with_database(work)
            _write_rejected(partial, result, terminal)
    else:
        result = run_with_database(work)
    if arguments.json:
        terminal.json(_as_json(result, terminal))
    else:
        _tell(result, options, terminal)
    return 1 if result.rejected else 0


def _options(arguments: argparse.Namespace) -> ImportOptions:
    from registry.importing import ImportOptions
    from registry.importing.mapping import parse_pair

    pairs = dict(_pairs_of(arguments.mapping)) if arguments.mapping else {}
    pairs |= dict(parse_pair(text) for text in arguments.map)
    return ImportOptions(
        kind=arguments.kind,
        pairs=list(pairs.items()),
        key=arguments.key,
        crs=arguments.crs,
        encoding=arguments.encoding,
        strict=arguments.strict,
        dry_run=arguments.dry_run,
    )


def _pairs_of(file: Path) -> list[tuple[str, str]]:
    import tomllib

    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("map")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(N_("{file} is not TOML: {reason}"), code="bad_mapping", file=file, reason=error) from error
    except FileNotFoundError as error:
        raise Invalid(N_("There is no file {file}."), code="no_file", file=str(file)) from error
    if not isinstance(table, dict) or not all(isinstance(field, str) for field in table.values()):
        raise Invalid(
            N_('{file} needs a table [map] with lines such as "column" = "field".'), code="bad_mapping", file=file
        )
    return list(table.items())


def _as_json(result: ImportResult, terminal: Terminal) -> dict[str, Any]:
    return {
        "read": result.read,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
        "problems": [problem.read(terminal.lang) for problem in result.problems.first()],
        "problems_total": result.problems.total,
        "batch": result.batch,
    }


def _tell(result: ImportResult, options: ImportOptions, terminal: Terminal) -> None:
    mapped = ", ".join(f"{column} → {field}" for column, field in result.mapping.items())
    terminal.say(N_("Columns: {mapped}"), mapped=mapped or "–")
    _tell_problems(result, terminal)
    terminal.say(
        N_("{read} rows read: {created} new, {updated} changed, {unchanged} unchanged, {rejected} rejected."),
        read=result.read,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
    )
    if result.refused:
        terminal.say(N_("Nothing was written, because rows were rejected and --strict was given."))
    elif options.dry_run:
        terminal.say(N_("This was a dry run: nothing was written."))
    elif result.batch is not None:
        terminal.say(N_("facility import undo {batch} takes it back."), batch=result.batch)


def _tell_problems(result: ImportResult, terminal: Terminal) -> None:
    """Every rejected row, as many as a screen holds; warnings are counted by column."""
    errors = result.problems.errors
    for problem in errors[:SHOWN] if sys.stdout.isatty() else errors:
        message = problem.read(terminal.lang)["message"]
        if problem.column:
            terminal.say(N_("Row {row}, {column}: {message}"), row=problem.row, column=problem.column, message=message)
        else:
            terminal.say(N_("Row {row}: {message}"), row=problem.row, message=message)
    shown = min(len(errors), SHOWN) if sys.stdout.isatty() else len(errors)
    if more := result.problems.error_total - shown:
        terminal.say(N_("… and {count} more."), count=more)
    for (column, code), count in result.problems.warned.most_common():
        message = result.problems.examples[column, code].read(terminal.lang)["message"]
        terminal.say(
            N_("Warning in {count} rows, {column}: {message}"), count=count, column=column or "–", message=message
        )


def _write_rejected(out: Path, result: ImportResult, terminal: Terminal) -> None:
    """The rejected rows as they were, to be mended and imported again, and in a last column what is wrong."""
    import csv

    from registry.importing.source import iter_rejected, unique_names

    if result.source is None:
        return
    columns = result.source.columns
    reasons = _reasons(result, terminal)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(unique_names([*columns, terminal.text(N_("problems"))]))
        for row in iter_rejected(result.source, result.rejected_rows):
            writer.writerow([*(row.cells.get(c, "") for c in columns), "; ".join(reasons.get(row.number, ()))])


def _reasons(result: ImportResult, terminal: Terminal) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for problem in result.problems.errors:
        message = problem.read(terminal.lang)["message"]
        found.setdefault(problem.row, []).append(f"{problem.column}: {message}" if problem.column else message)
    return found


def undo(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Take a batch back."""

    async def work() -> Any:
        from registry.importing import undo_import

        return await undo_import(arguments.batch, terminal.act())

    result = run_with_database(work)
    terminal.say(
        N_("Batch {batch} is undone: {removed} taken off record, {restored} restored, {kept} kept as changed since."),
        batch=result.batch,
        removed=result.removed,
        restored=result.restored,
        kept=result.kept,
    )
    return 1 if result.kept else 0
