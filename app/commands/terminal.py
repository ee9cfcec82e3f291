"""Talking to the person at the terminal, or to the program that reads us through a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from foundation.act import Act, system_act
from foundation.translation import Lang, translate


def lang_of(environ: Mapping[str, str]) -> Lang:
    """The language of the environment: Chinese for ``zh…``, English for every other; LC_ALL stands above LANG."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "zh-CN" if said.lower().startswith("zh") else "en"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a command speaks: results on standard output, everything else on standard error."""

    lang: Lang
    quiet: bool = False  # with --json, standard output holds one object and nothing else

    def act(self) -> Act:
        """The act of whoever may run commands on this machine."""
        done = system_act()
        return Act(done.principal, done.at, self.lang)

    def text(self, msgid: str, **params: object) -> str:
        """The sentence in the reader's language."""
        return translate(self.lang, msgid, **params)

    def say(self, msgid: str, **params: object) -> None:
        """Tell a result in a sentence; nothing with ``--json``."""
        if not self.quiet:
            self.write(self.text(msgid, **params))

    def write(self, line: str) -> None:
        """One line of standard output as it is, at once even in a pipe."""
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def warn(self, msgid: str, **params: object) -> None:
        """Tell what the reader should know besides the result."""
        sys.stderr.write(self.text(msgid, **params) + "\n")

    def json(self, result: Mapping[str, Any]) -> None:
        """The one object of ``--json``."""
        self.write(json.dumps(result, ensure_ascii=False))

    @contextmanager
    def progress(self, msgid: str) -> Iterator[Callable[[int, int], None]]:
        """A bar on a terminal, nothing in a pipe: call it with how much is done of how much."""
        if not sys.stderr.isatty():
            yield _nothing
            return
        from tqdm import tqdm

        with tqdm(desc=self.text(msgid), leave=False, ascii=False) as bar:

            def move(done: int, whole: int) -> None:
                bar.total = whole
                bar.update(done - bar.n)

            yield move


def _nothing(_done: int, _whole: int) -> None:
    """No bar."""
