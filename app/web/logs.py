"""What the program writes down: one JSON line for each event on standard error, and no personal data in it."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from asyncpg.exceptions import PostgresError

from foundation.errors import FacilityError

_SHARED: Final[list[Any]] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logs(level: str) -> None:
    """Send our own events and those of the libraries to standard error, in one form.

    At the level ``debug`` faults are written with their messages, which may quote what a person typed.
    """
    fault = structlog.processors.format_exc_info if level == "debug" else _tell_fault
    ending: list[Any] = [fault, structlog.processors.JSONRenderer(ensure_ascii=False)]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_SHARED, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )
    _configure_libraries(max(threshold, logging.INFO), ending)


def _configure_libraries(threshold: int, ending: list[Any]) -> None:
    """The standard library's loggers, with which foundation and the libraries speak."""
    handler = _Handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending]
        )
    )
    root = logging.getLogger()
    root.handlers = [*(h for h in root.handlers if not isinstance(h, _Handler)), handler]
    root.setLevel(threshold)
    for chatty in ("apscheduler", "fontTools", "weasyprint", "PIL", "asyncio", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(max(threshold, logging.WARNING))


class _StandardError:
    """Where structlog's lines go: to whatever standard error is by then."""

    def __init__(self, *_names: Any) -> None: ...

    def msg(self, line: str) -> None:
        """Write one line."""
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is where lines go out

    debug = info = warning = error = critical = msg


class _Handler(logging.Handler):
    """Ours, to be told from a handler of the tests; writes to whatever standard error is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            print(self.format(record), file=sys.stderr, flush=True)  # noqa: T201 - this is where lines go out
        except Exception:
            self.handleError(record)


def _tell_fault(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where it broke and what kind of break it was; not the message, which may hold a name or a telephone number."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else None
    if error is None and isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["fault"] = list(_chain(error))
    return event


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    while error is not None and len(told) < 5:
        told.append({"type": type(error).__qualname__} | _harmless(error) | {"at": _where(error)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _harmless(error: BaseException) -> dict[str, Any]:
    """What may be said of an error whatever it was about."""
    if isinstance(error, FacilityError):
        return {"code": error.code, "text": error.text}
    if isinstance(error, PostgresError):
        names = ("sqlstate", "table_name", "column_name", "constraint_name")
        return {name: value for name in names if (value := getattr(error, name, None))}
    return {}


def _where(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
