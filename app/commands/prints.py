"""``facility labels print`` and ``facility labels preprint``; the group also holds ``label_means``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands import label_means
from app.commands.parser import Command, Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from foundation.settings import current_settings
from foundation.translation import N_

if TYPE_CHECKING:
    from labels.schemas import PrintResult, Selection
    from labels.service import Paper


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    labels = commands.group("labels", N_("print labels"))
    command = labels.add("print", N_("print the labels of facilities as PDF"), print_)
    choice = command.one_of()
    choice.takes("--kind", metavar="KIND", help=N_("those of one kind"))
    choice.takes("--codes", type=Path, metavar="FILE", help=N_("those whose codes stand in a file, one a line"))
    choice.takes("--all", action="store_true", help=N_("those of all facilities"))
    _paper(command).json()
    blank = labels.add("preprint", N_("print blank labels, to be bound to facilities in the field"), preprint)
    _paper(blank.takes("count", type=int, metavar="COUNT", help=N_("how many")))
    label_means.add(labels)


def _paper(command: Command) -> Command:
    return (
        command.takes("--stock", default="a4-3x8", metavar="STOCK", help=N_("the sheet (a4-3x8)"))
        .takes(
            "--template", default="sheet-label", metavar="TEMPLATE", help=N_("what a label looks like (sheet-label)")
        )
        .takes("--printer", default="", metavar="KEY", help=N_("the printer whose error is corrected"))
        .takes("--form", default="pdf", choices=("pdf", "zpl", "zip"), help=N_("the form of the file (pdf)"))
        .takes("--anyway", action="store_true", help=N_("print 〓 for a character that no font has"))
        .takes("--start", type=int, default=1, metavar="N", help=N_("the first free label of a sheet already begun"))
        .takes("--out", required=True, type=Path, metavar="FILE.pdf", help=N_("the file to write"))
    )


def print_(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the labels of facilities."""

    async def work() -> PrintResult:
        from labels.service import print_labels_to_file

        return await print_labels_to_file(
            _selection(arguments), _address(arguments, terminal), arguments.out, terminal.act()
        )

    result = run_with_database(work)
    if arguments.json:
        terminal.json({"labels": result.labels, "pages": result.pages, "seconds": result.seconds, "file": result.file})
    _tell(result, terminal)
    return 0


def preprint(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print blank labels."""

    async def work() -> PrintResult:
        from labels.service import preprint_to_file

        return await preprint_to_file(arguments.count, _address(arguments, terminal), arguments.out, terminal.act())

    _tell(run_with_database(work), terminal)
    return 0


def _selection(arguments: argparse.Namespace) -> Selection:
    from labels.schemas import Selection

    if not arguments.codes:
        return Selection(kind=arguments.kind)
    return Selection(codes=label_means.read_codes(arguments.codes))


def _address(arguments: argparse.Namespace, terminal: Terminal) -> Paper:
    from labels.service import Paper

    settings = current_settings()
    if not os.environ.get("FACILITY_PUBLIC_URL", "").strip():
        terminal.warn(
            N_(
                "The labels carry {address}, which only this machine can open. "
                "Set FACILITY_PUBLIC_URL before you print for the street."
            ),
            address=settings.public_url,
        )
    return Paper(
        settings.public_url,
        stock=arguments.stock,
        start=arguments.start,
        template=arguments.template,
        printer=arguments.printer,
        form=arguments.form,
        anyway=arguments.anyway,
    )


def _tell(result: PrintResult, terminal: Terminal) -> None:
    for warning in result.warnings:
        terminal.warn(N_("Note: {message}"), message=warning["message"])
    terminal.say(
        N_("{labels} labels on {pages} sheets in {file}, {seconds} s."),
        labels=result.labels,
        pages=result.pages,
        file=result.file,
        seconds=result.seconds,
    )
