"""Settings: every wrong value stops the start with a sentence, in both languages."""

from __future__ import annotations

import pytest

from foundation.errors import StartRefused
from foundation.settings import READERS, Settings, load_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({"HOME": "/nowhere"})
    assert (settings.timezone, settings.division, settings.database_url) == ("Asia/Shanghai", "330302", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../../etc/passwd"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "postgresql://[bad"),
        ("DATABASE_URL", "postgresql://host:99999/x"),
        ("PUBLIC_URL", "qr.example.gov.cn"),
        ("PUBLIC_URL", "https://qr.example.gov.cn/with/path"),
        ("DIVISION", "33030"),
        ("DIVISION", "３３０３０２"),
        ("SESSION_HOURS", "-1"),
        ("SESSION_HOURS", "a day"),
        ("UPLOAD_MAX_MB", "0"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(StartRefused) as refused:
        load_settings({f"FACILITY_{name}": value})
    assert f"FACILITY_{name}" in refused.value.message("en")
    assert f"FACILITY_{name}" in refused.value.message("zh-CN")
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_a_password_in_an_address_is_never_repeated() -> None:
    with pytest.raises(StartRefused) as refused:
        load_settings({"FACILITY_DATABASE_URL": "mysql://root:secret@localhost/x"})
    assert "secret" not in refused.value.message("en")


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(StartRefused, match="FACILITY_DATABSE_URL"):
        load_settings({"FACILITY_DATABSE_URL": "postgresql://x"})


def test_every_field_has_a_reader_and_the_other_way_round() -> None:
    assert set(READERS) == set(Settings.__dataclass_fields__)


def test_what_a_value_must_be_is_said_in_the_readers_language() -> None:
    with pytest.raises(StartRefused) as refused:
        load_settings({"FACILITY_SESSION_HOURS": "a day"})
    assert refused.value.message("en").endswith("it must be a whole number from 1 to 720.")
    assert refused.value.message("zh-CN").endswith("应为：1 到 720 之间的整数。")
