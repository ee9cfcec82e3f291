"""uvicorn without its own ideas about signals: it must end before the database does, and with code 0."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn

LAST_ANSWERS: Final = 5  # seconds for requests under way once the end is near


class Listener:
    """The web server of one process, and what SIGINT and SIGTERM do to it."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce = announce
        self._server: _Server | None = None
        self._task: asyncio.Task[Any] | None = None

    @property
    def started(self) -> bool:
        """Whether it ever listened."""
        return self._server is not None and self._server.started

    def listen_to_signals(self) -> None:
        """From now on a signal ends the calling task: by cancelling it, or gently once it serves."""
        self._task = asyncio.current_task()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(wanted, self._stop)

    def _stop(self) -> None:
        if self._server is not None:
            self._server.force_exit = self._server.should_exit  # asked twice, it does not wait
            self._server.should_exit = True
        elif self._task is not None:
            self._task.cancel()

    async def run(self, app: Any, listener: socket.socket) -> None:
        """Serve until a signal comes."""
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the application decides whom to believe, by FACILITY_TRUSTED_PROXIES
            lifespan="on",
            ws="none",
            timeout_graceful_shutdown=LAST_ANSWERS,
        )
        self._server = _Server(config, self._announce)
        await self._server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the address once it answers there."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the listener: uvicorn would raise them again afterwards and kill the process."""
        yield
