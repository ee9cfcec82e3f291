"""``facility backup``, ``facility restore`` and ``facility doctor``."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from app.commands.parser import Commands
from app.commands.running import read_settings
from app.commands.terminal import Terminal
from foundation.translation import N_


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    commands.add("backup", N_("write the whole district into one file, while the server runs"), backup).takes(
        "file", type=Path, metavar="FILE", help=N_("the file to write")
    )
    (
        commands.add("restore", N_("read a backup into an empty database"), restore)
        .takes("file", type=Path, metavar="FILE", help=N_("the backup"))
        .takes("--replace", action="store_true", help=N_("throw away what the database holds now"))
    )
    commands.add("doctor", N_("what is missing on this machine, and the line that installs it"), doctor)


def backup(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the whole district into one file."""
    from foundation.database.backup import backup as write_backup

    settings = read_settings()
    asyncio.run(write_backup(settings, arguments.file))
    size = arguments.file.stat().st_size / 1_000_000
    terminal.say(N_("The backup is in {file} ({size} MB)."), file=arguments.file, size=f"{size:.1f}")
    return 0


def restore(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Read a backup into the database."""
    from foundation.database.backup import restore as read_backup

    settings = read_settings()
    manifest = asyncio.run(read_backup(settings, arguments.file, replace=arguments.replace))
    terminal.say(N_("The backup of {at} is restored."), at=manifest.created_at)
    return 0


def doctor(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell what is missing on this machine."""
    from foundation.doctor import all_well, examine

    findings = examine(read_settings())
    for finding in findings:
        mark = "✓" if finding.ok else "✗" if finding.needed else "–"
        terminal.write(f"{mark} {finding.message(terminal.lang)}")
        if finding.mend and not finding.ok:
            terminal.write(f"    {finding.mend}")
    if not all_well(findings):
        return 1
    terminal.say(N_("Nothing is missing."))
    return 0
