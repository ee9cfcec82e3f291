"""The command line as it is written: argparse in the reader's language, refusing by our own sentences."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from app.commands.terminal import Terminal
from foundation.errors import Invalid
from foundation.translation import N_, Lang, translate

Run = Callable[[argparse.Namespace, Terminal], int]

# argparse knows its own complaints in English only; what is not in the list is told as it comes.
_COMPLAINTS: Final = (
    (r"the following arguments are required: (?P<what>.+)", N_("{what} is missing.")),
    (r"one of the arguments (?P<what>.+) is required", N_("One of these is needed: {what}.")),
    (r"unrecognized arguments: (?P<what>.+)", N_("{what} is not understood here.")),
    (
        r"argument (?P<what>.+?): invalid choice: (?P<given>.+?) \(choose from (?P<known>.+)\)",
        N_("{what} cannot be {given}. It is one of: {known}."),
    ),
    (r"argument (?P<what>.+?): invalid \w+ value: (?P<given>.+)", N_("{what} cannot be {given}.")),
    (r"argument (?P<what>.+?): expected .+", N_("{what} needs a value.")),
    (r"argument (?P<what>.+?): not allowed with argument (?P<other>.+)", N_("{what} does not go with {other}.")),
    (r"argument (?P<what>.+?): (?P<reason>.+)", N_("{what}: {reason}")),
)


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is a refusal with a sentence."""

    def __init__(self, *, prog: str, lang: Lang = "en", **options: Any) -> None:
        super().__init__(prog=prog, add_help=False, allow_abbrev=False, formatter_class=_Layout, **options)
        self.lang = lang
        self._positionals.title = translate(lang, N_("What it takes"))
        self._optionals.title = translate(lang, N_("Options"))
        self.add_argument("--help", "-h", action="help", help=translate(lang, N_("show this and exit")))

    def error(self, message: str) -> NoReturn:
        """Refuse. Raises Invalid with the complaint in our words."""
        for pattern, sentence in _COMPLAINTS:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                said: dict[str, Any] = match.groupdict()
                raise Invalid(sentence, code="usage", **said)
        raise Invalid("{reason}", code="usage", reason=message)

    def format_usage(self) -> str:
        """The usage line in the reader's language."""
        return self._said(super().format_usage())

    def format_help(self) -> str:
        """The whole help in the reader's language."""
        return self._said(super().format_help())

    def _said(self, text: str) -> str:
        return text.replace("usage: ", translate(self.lang, N_("Usage: ")), 1)


class _Layout(argparse.HelpFormatter):
    """Wide enough that a sentence stays on its line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=118)


class Commands:
    """The commands of the program, each with its sentence and the function that runs it."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.parser = Parser(
            prog="facility",
            lang=lang,
            description=translate(lang, N_("The registry of a district's facilities, their labels and their upkeep.")),
        )
        self._commands = self.parser.add_subparsers(
            dest="command", metavar=translate(lang, N_("COMMAND")), required=True, parser_class=Parser
        )

    def add(self, name: str, sentence: str, run: Run) -> Command:
        """A command; answer what it takes by the result."""
        return Command(self._parser(self._commands, name, sentence), self.lang).runs(run)

    def group(self, name: str, sentence: str) -> Group:
        """A command of several, such as ``labels print``."""
        return self.group_of(self._commands, name, sentence, "action")

    def group_of(self, above: Any, name: str, sentence: str, dest: str) -> Group:
        """A group among the subparsers ``above``; ``dest`` is where argparse puts which was chosen."""
        actions = self._parser(above, name, sentence).add_subparsers(
            dest=dest, metavar=translate(self.lang, N_("ACTION")), required=True, parser_class=Parser
        )
        return Group(self, actions)

    def _parser(self, actions: Any, name: str, sentence: str) -> Parser:
        text = translate(self.lang, sentence)
        parser: Parser = actions.add_parser(name, lang=self.lang, help=text, description=text)
        return parser


class Group:
    """The actions of one command."""

    def __init__(self, commands: Commands, actions: Any) -> None:
        self._commands, self._actions = commands, actions

    def add(self, name: str, sentence: str, run: Run) -> Command:
        """One action."""
        return Command(self._commands._parser(self._actions, name, sentence), self._commands.lang).runs(run)

    def group(self, name: str, sentence: str) -> Group:
        """An action of several, such as ``labels template add``."""
        return self._commands.group_of(self._actions, name, sentence, "deed")


class Command:
    """What one command takes; every method answers the command itself."""

    def __init__(self, parser: Any, lang: Lang) -> None:
        self._parser, self._lang = parser, lang

    def runs(self, run: Run) -> Command:
        """What it does."""
        self._parser.set_defaults(run=run)
        return self

    def takes(self, *names: str, help: str, **options: Any) -> Command:  # noqa: A002 - argparse's own word
        """An argument or option, as argparse knows them; ``help`` is a msgid."""
        self._parser.add_argument(*names, help=translate(self._lang, help), **options)
        return self

    def json(self) -> Command:
        """The option ``--json``."""
        return self.takes("--json", action="store_true", help=N_("answer with one JSON object"))

    def one_of(self) -> Command:
        """A choice: of what is added to the answer, exactly one must be given."""
        return Command(self._parser.add_mutually_exclusive_group(required=True), self._lang)
