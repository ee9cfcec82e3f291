"""What is typed wrongly, set wrongly or out of reach: one sentence in the reader's language, code 2, no traceback."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from app.cli import build_parser, main
from app.commands.imports import plain

COMMANDS = (
    "serve", "clock", "migrate", "account", "token", "import", "export", "labels", "due", "history", "backup",
    "restore", "doctor",
)  # fmt: skip


@pytest.mark.parametrize(("locale", "word"), [("C.UTF-8", "Usage"), ("zh_CN.UTF-8", "用法")])
def test_help_lists_every_command_in_the_readers_language(bare_facility: Any, locale: str, word: str) -> None:
    done = bare_facility("--help", LANG=locale)
    assert (done.returncode, done.stderr) == (0, "")
    assert word in done.stdout
    assert all(f"\n    {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "account add", "token add", "import undo", "labels print"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        build_parser("zh-CN").parse_args(plain([*command.split(), "--help"]))
    assert f"用法：facility {command}" in capsys.readouterr().out


def test_reading_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, app.cli; app.cli.build_parser('en'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"litestar", "asyncpg", "piccolo", "weasyprint", "pyproj", "uvicorn", "openpyxl", "PIL", "tqdm"}
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("typed", "english", "chinese"),
    [
        ("", "COMMAND is missing.", "缺少 命令。"),
        ("fly", "COMMAND cannot be 'fly'", "不能是 'fly'"),
        ("serve --port many", "--port cannot be 'many'", "--port 不能是 'many'"),
        ("serve --port 70000", "no port 70000", "没有端口 70000"),
        ("serve --host no.such.host.invalid", "no address no.such.host.invalid", "没有地址"),
        ("import", "FILE, --kind", "缺少"),
        ("import a.csv --kind", "--kind needs a value", "需要一个值"),
        ("import a.csv --kind street_tree --map dbh", "“dbh” is not COLUMN=FIELD", "“dbh”"),
        ("import undo one", "BATCH cannot be 'one'", "BATCH 不能是 'one'"),
        ("import a.csv --kind street_tree --mapping /no.toml", "There is no file /no.toml", "/no.toml"),
        ("labels print --out a.pdf", "One of these is needed: --kind --codes --all", "必须给出其中之一"),
        ("labels print --all --kind street_tree --out a.pdf", "does not go with", "不能与"),
        ("account add chen --role king", "It is one of: 'crew', 'inspector'", "不能是 'king'，可选：'crew'"),
        ("due --until 2026-02-30", "“2026-02-30” is not a date", "不是日期"),
        ("due --until soon --sooner", "--sooner is not understood here", "不认识 --sooner"),
        ("export --kind street_tree --format pdf --out a.pdf", "cannot be 'pdf'", "不能是 'pdf'"),
    ],
)
def test_what_is_typed_wrongly_is_refused(
    typed: str, english: str, chinese: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale, words in (("en_GB.UTF-8", english), ("zh_CN.UTF-8", chinese)):
        monkeypatch.setenv("LC_ALL", locale)
        assert main(typed.split()) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        assert words in said.err


def test_a_refusal_is_one_sentence_and_code_2(bare_facility: Any, sentence: Any) -> None:
    assert sentence(bare_facility("fly")).startswith("facility: COMMAND cannot be 'fly'.")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FACILITY_DIVISION", "12", "FACILITY_DIVISION"),
        ("FACILITY_COLOUR", "red", "There is no setting FACILITY_COLOUR"),
        ("FACILITY_DATABASE_URL", "mysql://x", "FACILITY_DATABASE_URL"),
        ("FACILITY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
    ],
)
def test_a_wrong_setting_stops_every_command(
    bare_facility: Any, sentence: Any, name: str, value: str, words: str
) -> None:
    for command in ("history verify", "serve --port 0"):
        assert words in sentence(bare_facility(*command.split(), **{name: value}))


def test_a_data_folder_that_cannot_be_made_is_refused(bare_facility: Any, sentence: Any) -> None:
    assert "FACILITY_DATA_DIR" in sentence(bare_facility("migrate", FACILITY_DATA_DIR="/proc/facility"))


def test_the_demo_never_touches_a_configured_database(facility: Any, sentence: Any) -> None:
    assert "FACILITY_DATABASE_URL" in sentence(facility("serve", "--demo", "--port", 0))
