"""``facility history verify``."""

from __future__ import annotations

import argparse
from typing import Any

from app.commands.parser import Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from foundation.translation import N_


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    history = commands.group("history", N_("look after the service history"))
    history.add("verify", N_("check that no line was changed, removed or put in"), verify).json()


def verify(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check the hash chain of every asset."""
    result = run_with_database(_verified)
    if arguments.json:
        terminal.json(result)
    for line in result["broken"]:
        terminal.say(N_("{code}: line {seq} is not what was written."), **line)
    terminal.say(
        N_("{lines} lines of {assets} facilities checked, {broken} broken."),
        **result | {"broken": len(result["broken"])},
    )
    return 1 if result["broken"] else 0


async def _verified() -> dict[str, Any]:
    from foundation.database import fetch, fetchval
    from registry.history import DISTRICT
    from registry.history import verify as verify_history

    found = await verify_history()
    streams = [line.stream for line in found.broken]
    rows = await fetch("SELECT id, code FROM asset WHERE id = ANY($1::bigint[])", streams)
    # What belongs to no asset has a chain too, and so has what an undone import took off record.
    codes = {row["id"]: row["code"] for row in rows} | {DISTRICT: "district"}
    district = await fetchval("SELECT true FROM history_line WHERE stream = $1 LIMIT 1", DISTRICT)
    return {
        "assets": found.streams - bool(district),
        "lines": found.lines,
        "broken": [{"code": codes.get(line.stream, f"#{line.stream}"), "seq": line.seq} for line in found.broken],
    }
