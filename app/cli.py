"""The program ``facility``: reads the command line, runs one command, and turns refusals into a sentence and a code.

Exit codes: 0 done, 1 done with rejected rows or failures, 2 wrong arguments or refused.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final

from app.commands import accounts, backups, exports, histories, imports, prints, serving, works
from app.commands.parser import Commands, Parser
from app.commands.terminal import Terminal, lang_of
from foundation.errors import FacilityError
from foundation.translation import N_, Lang

DONE, PARTLY, REFUSED = 0, 1, 2
INTERRUPTED: Final = 130
_ROOMS: Final = (serving, accounts, imports, exports, prints, works, histories, backups)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    terminal = Terminal(lang_of(os.environ))
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, io.TextIOWrapper):
            # A terminal that cannot show a character must not end the command.
            output.reconfigure(errors="replace")
    try:
        return _run(list(sys.argv[1:] if argv is None else argv), terminal)
    except FacilityError as refusal:
        return _refuse(terminal, refusal.message(terminal.lang))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has heard enough; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PARTLY
    except Exception as error:
        return _fail(terminal, error)


def build_parser(lang: Lang) -> Parser:
    """The whole command line."""
    commands = Commands(lang)
    for room in _ROOMS:
        room.add(commands)
    return commands.parser


def _run(argv: list[str], terminal: Terminal) -> int:
    arguments: Any = build_parser(terminal.lang).parse_args(imports.plain(argv))
    if getattr(arguments, "json", False):
        terminal = Terminal(terminal.lang, quiet=True)
    code: int = arguments.run(arguments, terminal)
    return code


def _refuse(terminal: Terminal, sentence: str) -> int:
    sys.stderr.write(terminal.text(N_("facility: {sentence}"), sentence=sentence) + "\n")
    return REFUSED


def _fail(terminal: Terminal, error: Exception) -> int:
    if os.environ.get("FACILITY_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exception(error)
    if isinstance(error, OSError) and error.filename is not None:
        return _refuse(terminal, f"{error.filename}: {error.strerror}")
    sentence = N_("Something went wrong that should not: {error}. FACILITY_LOG_LEVEL=debug shows where.")
    return _refuse(terminal, terminal.text(sentence, error=f"{type(error).__name__}: {error}"))
