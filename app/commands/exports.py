"""``facility export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from app.commands.parser import Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from app.commands.writing import replacing
from foundation.translation import N_

FORMATS: Final = ("csv", "xlsx", "geojson")


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    (
        commands.add("export", N_("write all facilities of a kind into a file"), export)
        .takes("--kind", required=True, metavar="KIND", help=N_("the kind of facility, such as street_tree"))
        .takes("--format", required=True, choices=FORMATS, metavar="FORMAT", help=N_("csv, xlsx or geojson"))
        .takes("--out", required=True, type=Path, metavar="FILE", help=N_("the file to write"))
    )


def export(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write all facilities of a kind."""

    with replacing(arguments.out) as partial:

        async def work() -> int:
            from registry.exporting import export_assets

            return await export_assets(arguments.kind, arguments.format, partial, terminal.act())

        count = run_with_database(work)
    terminal.say(N_("{count} facilities written to {file}."), count=count, file=arguments.out)
    return 0
