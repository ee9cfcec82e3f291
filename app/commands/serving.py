"""``facility serve``, ``facility clock`` and ``facility migrate``."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.commands.parser import Commands
from app.commands.running import read_settings
from app.commands.terminal import Terminal
from foundation.errors import StartRefused
from foundation.settings import Settings, use_settings
from foundation.translation import N_


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    (
        commands.add("serve", N_("serve the pages and the JSON API"), serve)
        .takes("--host", default="127.0.0.1", metavar="HOST", help=N_("the address to listen on (127.0.0.1)"))
        .takes("--port", type=int, default=8000, metavar="PORT", help=N_("the port to listen on (8000)"))
        .takes("--demo", action="store_true", help=N_("a believable district in a data folder of its own"))
        .takes("--no-clock", action="store_true", help=N_("without the scheduler; run facility clock beside it"))
    )
    commands.add("clock", N_("the scheduler as a process of its own; any number may run"), clock)
    commands.add("migrate", N_("bring the database to the shape of this program"), migrate)


def serve(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until told to stop."""
    settings = _served_settings(arguments)
    with _bound(arguments.host, arguments.port) as listener:
        address = _address(arguments.host, listener)
        if settings.public_url == Settings.__dataclass_fields__["public_url"].default:
            settings = replace(settings, public_url=address)  # labels printed here lead here
        use_settings(settings)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_serve(settings, listener, address, arguments, terminal))


def _served_settings(arguments: argparse.Namespace) -> Settings:
    settings = read_settings()
    if not arguments.demo:
        return settings
    if settings.database_url:
        raise StartRefused(
            N_("The demo district has a database of its own. Unset FACILITY_DATABASE_URL, or leave out --demo.")
        )
    from app.demo.district import DUTY_PHONE, NAME

    zh, en = NAME
    phone = settings.duty_phone or DUTY_PHONE
    folder = settings.data_dir / "demo"
    return replace(settings, data_dir=folder, district_name=zh, district_name_en=en, duty_phone=phone)


def _bound(host: str, port: int) -> socket.socket:
    """The listening socket, taken before anything else is done, so that a port in use costs nothing."""
    if not 0 <= port <= 65535:
        raise StartRefused(N_("There is no port {port}; ports go from 1 to 65535."), port=port)
    try:
        family, kind, proto, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except (OSError, UnicodeError) as error:
        raise StartRefused(N_("There is no address {host} on this machine."), host=host) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise StartRefused(
            N_("Port {port} on {host} cannot be used: {reason}. Choose another with --port."),
            port=port,
            host=host,
            reason=error.strerror,
        ) from error
    listener.setblocking(False)
    return listener


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _loop_factory() -> Any:
    with suppress(ImportError):  # there is none for Windows
        import uvloop

        return uvloop.new_event_loop
    return None


async def _serve(
    settings: Settings, listener: socket.socket, address: str, arguments: argparse.Namespace, terminal: Terminal
) -> int:
    from app.commands.listening import Listener
    from app.composition import build_app
    from app.database import prepare_database

    server = Listener(lambda: terminal.say(N_("Serving on {address} (Ctrl-C ends it)"), address=address))
    with suppress(asyncio.CancelledError):  # told to stop before it had begun
        server.listen_to_signals()
        async with prepare_database(settings):
            if arguments.demo:
                await _show_demo(settings, terminal)
            app = build_app(settings, with_clock=not arguments.no_clock, own_database=False)
            await server.run(app, listener)
            return 0 if server.started else 2
    return 0


async def _show_demo(settings: Settings, terminal: Terminal) -> None:
    """Seed the demo district at its first start, and tell who may sign in."""
    from app.demo.seed import DEMO_ACCOUNTS, is_empty, seed_demo

    if await is_empty():
        terminal.say(N_("Making the demo district; this takes less than a minute and happens once."))
        with terminal.progress(N_("Demo district")) as progress:
            await seed_demo(settings, lambda _what, done, whole: progress(done, whole))
    terminal.say(N_("Accounts of the demo district:"))
    for account in DEMO_ACCOUNTS:
        terminal.write(f"  {account.name:<12} {account.password:<20} {', '.join(account.roles)}")
    # Other commands know nothing of --demo: without this a token would be made for the real district.
    terminal.say(
        N_("Commands for this district need FACILITY_DATA_DIR={folder}"), folder=shlex.quote(str(settings.data_dir))
    )


def clock(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the scheduler until told to stop."""
    settings = read_settings()

    async def work() -> None:
        from app.chores import CHORES
        from app.database import prepare_database
        from scheduling.clock import run_clock

        async with prepare_database(settings):
            await run_clock(settings, CHORES, begun=lambda: terminal.say(N_("The clock is running (Ctrl-C ends it)")))

    # Until the clock itself listens, SIGTERM ends the process like Ctrl-C: either way the database is left properly.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(work())
    return 0


def migrate(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to the shape of this program."""
    settings = read_settings()

    async def work() -> list[str]:
        from app.database import prepare_database

        async with prepare_database(settings) as ran:
            return ran

    ran = asyncio.run(work())
    for name in ran:
        terminal.write(name)
    if not ran:
        terminal.say(N_("The database is up to date."))
    return 0
