"""All settings, read once from the environment and frozen. Each is documented in docs/operations.md."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from foundation.errors import StartRefused
from foundation.translation import N_, Lang, translate

PREFIX = "FACILITY_"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running program; every field is the variable FACILITY_<NAME>."""

    data_dir: Path
    database_url: str | None = None
    pg_bin: Path | None = None
    pg_user: str | None = None
    public_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Shanghai"
    division: str = "330302"
    district_name: str = "示范区"
    district_name_en: str = "Demonstration District"
    title: str = "市政设施台账"
    title_en: str = "Facility Registry"
    duty_phone: str = ""
    catalogue_dir: Path | None = None
    trusted_proxies: str = ""
    session_hours: int = 12
    upload_max_mb: int = 12
    contact_retention_days: int = 90
    photo_retention_days: int = 365
    label_life_years: int = 5
    pool_size: int = 10
    log_level: str = "info"

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def files_dir(self) -> Path:
        """Where photos and documents are kept."""
        return self.data_dir / "files"


_current: list[Settings] = []


def use_settings(settings: Settings) -> None:
    """Make these the settings of the program; called once by the composition, and by tests."""
    _current[:] = [settings]


def current_settings() -> Settings:
    """The settings of the program: those it was composed with, else those of the environment."""
    if not _current:
        _current.append(load_settings())
    return _current[0]


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """``/var/lib/facility`` for root, else the user's own data folder (XDG)."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/facility")
    base = environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "facility"


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the environment; a wrong or unknown variable stops the start with a sentence."""
    env = os.environ if environ is None else environ
    _refuse_unknown(env)
    values: dict[str, Any] = {"data_dir": default_data_dir(env)}
    for name, read in READERS.items():
        raw = env.get(PREFIX + name.upper(), "")
        if raw.strip():
            values[name] = read(PREFIX + name.upper(), raw.strip())
    return Settings(**(values | overrides))


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that give another process of this program the same settings, whatever its environment says."""
    values = ((field.name, getattr(settings, field.name)) for field in fields(Settings))
    return {PREFIX + name.upper(): "" if value is None else str(value) for name, value in values}


def _refuse_unknown(env: Mapping[str, str]) -> None:
    known = {PREFIX + f.name.upper() for f in fields(Settings)}
    strangers = sorted(
        name for name in env if name.startswith(PREFIX) and name not in known and not name.startswith("FACILITY_TEST_")
    )
    if strangers:
        raise StartRefused(
            N_("There is no setting {name}. The settings are listed in docs/operations.md."), name=strangers[0]
        )


class _WrongValue(StartRefused):
    """A value that cannot be; what it must be instead is said in the reader's language too."""

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        wanted = translate(lang, str(self.params["wanted"]), **self.params)
        return translate(lang, self.text, **{**self.params, "wanted": wanted})


def _wrong(name: str, raw: str, wanted: str, **limits: Any) -> StartRefused:
    return _WrongValue(N_("{name} is “{raw}”, but it must be {wanted}."), name=name, raw=raw, wanted=wanted, **limits)


def _text(_name: str, raw: str) -> str:
    return raw


def _path(_name: str, raw: str) -> Path:
    return Path(raw).expanduser().absolute()


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, raw: str) -> int:
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise _wrong(name, raw, N_("a whole number from {low} to {high}"), low=low, high=high)
        return int(raw)

    return read


def _url(name: str, raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _wrong(name, raw, N_("an address without a path, such as https://qr.example.gov.cn"))
    return f"{parts.scheme}://{parts.netloc}"


def _database(name: str, raw: str) -> str:
    try:
        parts = urlsplit(raw)
        known = parts.scheme in {"postgresql", "postgres"} and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise _wrong(name, re.sub(r"://.*", "://…", raw), N_("a PostgreSQL address, postgresql://user@host/name"))
    return raw


def _zone(name: str, raw: str) -> str:
    try:
        ZoneInfo(raw)
    except (ValueError, OSError, KeyError) as error:
        raise _wrong(name, raw, N_("a time zone such as Asia/Shanghai")) from error
    return raw


def _division(name: str, raw: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", raw):
        raise _wrong(name, raw, N_("six digits"))
    return raw


def _proxies(name: str, raw: str) -> str:
    try:
        for part in raw.split(","):
            ipaddress.ip_network(part.strip(), strict=False)
    except ValueError as error:
        raise _wrong(name, raw, N_("addresses or networks separated by commas")) from error
    return raw


def _level(name: str, raw: str) -> str:
    if raw.lower() not in {"debug", "info", "warning", "error"}:
        raise _wrong(name, raw, N_("debug, info, warning or error"))
    return raw.lower()


READERS: dict[str, Callable[[str, str], Any]] = {
    "data_dir": _path,
    "database_url": _database,
    "pg_bin": _path,
    "pg_user": _text,
    "public_url": _url,
    "timezone": _zone,
    "division": _division,
    "district_name": _text,
    "district_name_en": _text,
    "title": _text,
    "title_en": _text,
    "duty_phone": _text,
    "catalogue_dir": _path,
    "trusted_proxies": _proxies,
    "session_hours": _whole(1, 24 * 30),
    "upload_max_mb": _whole(1, 50),
    "contact_retention_days": _whole(30, 365),
    "photo_retention_days": _whole(30, 3650),
    "label_life_years": _whole(1, 30),
    "pool_size": _whole(2, 100),
    "log_level": _level,
}
