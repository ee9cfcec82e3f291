"""``facility account add`` and ``facility token add``."""

from __future__ import annotations

import argparse
import secrets
import sys
from typing import Final

from app.commands.parser import Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_

ROLES: Final = N_("crew, inspector, dispatcher, planner, registrar or administrator; may be repeated")
_ROLES: Final = tuple(role.value for role in Role)


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    accounts = commands.group("account", N_("make accounts"))
    (
        accounts.add("add", N_("make an account; the password comes on standard input or is made up"), add_account)
        .takes("name", metavar="NAME", help=N_("the name to sign in with"))
        .takes("--role", action="append", required=True, choices=_ROLES, metavar="ROLE", help=ROLES)
    )
    tokens = commands.group("token", N_("make tokens for the JSON API"))
    (
        tokens.add("add", N_("make a bearer token, shown once"), add_token)
        .takes("name", metavar="NAME", help=N_("what the token is for"))
        .takes("--role", required=True, choices=_ROLES, metavar="ROLE", help=N_("what it may do"))
        .json()
    )


def add_account(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Make an account."""
    given = _password_from_input()
    password = given or secrets.token_urlsafe(12)

    async def work() -> int:
        from app.accounts import GrantWanted, create_account

        grants = [GrantWanted(Role(role)) for role in dict.fromkeys(arguments.role)]
        return await create_account(arguments.name, grants, terminal.act(), password=password)

    run_with_database(work)
    terminal.say(N_("The account {name} is ready."), name=arguments.name)
    if given is None:
        terminal.say(N_("Its password, shown only now: {password}"), password=password)
    return 0


def _password_from_input() -> str | None:
    """The first line of standard input where it is not a terminal; None where there is none."""
    if sys.stdin is None or sys.stdin.isatty():
        return None
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise Invalid(N_("The password on standard input is not UTF-8."), code="bad_password") from error
    return line.rstrip("\r\n") or None


def add_token(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Make a bearer token."""

    async def work() -> str:
        from app.accounts import add_token

        return await add_token(arguments.name, Role(arguments.role), terminal.act())

    token = run_with_database(work)
    if arguments.json:
        terminal.json({"token": token})
    terminal.say(N_("The token of {name}, shown only now: {token}"), name=arguments.name, token=token)
    return 0
