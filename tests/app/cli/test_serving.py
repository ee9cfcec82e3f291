"""Serving, the clock, and commands beside them: one database of our own, clean ends, whole backups."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest


@contextmanager
def running(facility: Any, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that runs on, with the first line it said; killed where the test leaves it running."""
    process = facility.start(*arguments)
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, bool]:
    """Tell it to end; its exit code and whether it complained."""
    process.send_signal(how)
    _, errors = process.communicate(timeout=30)
    return process.returncode, "Traceback" in errors


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(own_facility: Any, how: signal.Signals) -> None:
    with running(own_facility, "serve", "--port", 0, "--no-clock") as (process, line):
        address = line.split()[2]
        answer = httpx.get(f"{address}/readyz")
        assert answer.json() == {"status": "ready"}
        assert "server" not in answer.headers
        assert ended(process, how) == (0, False)
    assert not (Path(own_facility.settings["FACILITY_DATA_DIR"]) / "postgres/data/postmaster.pid").exists()


def test_commands_work_while_the_server_runs(own_facility: Any, tmp_path: Path) -> None:
    (tmp_path / "trees.csv").write_text("编号,名称\nT1,樟树\n", encoding="utf-8")
    with running(own_facility, "serve", "--port", 0) as (process, line):
        token = own_facility.json("token", "add", "platform", "--role", "registrar")["token"]
        own_facility.json("import", tmp_path / "trees.csv", "--kind", "street_tree")
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(line.split()[2] + "/api/v1/assets", headers=headers)
        assert [item["code"] for item in answer.json()["items"]] == ["T1"]
        assert ended(process, signal.SIGTERM) == (0, False)


def test_a_port_in_use_is_refused_before_anything_starts(bare_facility: Any, sentence: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 cannot be used" in sentence(bare_facility("serve", "--port", port))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_clock_ends_cleanly(facility: Any, how: signal.Signals) -> None:
    with running(facility, "clock") as (process, line):
        assert "running" in line
        assert ended(process, how) == (0, False)


def test_migrating_again_changes_nothing(facility: Any) -> None:
    assert facility("migrate").stdout == "The database is up to date.\n"


def test_doctor_finds_what_the_tests_run_on(own_facility: Any) -> None:
    done = own_facility("doctor")
    assert "✓ PostgreSQL" in done.stdout
    assert done.returncode == ("✗" in done.stdout)


def test_a_backup_brings_a_district_back(own_facility: Any, open_folder: Path, sentence: Callable[[Any], str]) -> None:
    (open_folder / "trees.csv").write_text("编号,名称\nT1,樟树\nT2,银杏\n", encoding="utf-8")
    own_facility.json("import", open_folder / "trees.csv", "--kind", "street_tree")
    before = own_facility.json("history", "verify")
    file = open_folder / "district.backup"
    assert own_facility("backup", file).returncode == 0
    elsewhere = {"FACILITY_DATA_DIR": str(open_folder / "elsewhere")}
    assert own_facility("restore", file, **elsewhere).returncode == 0
    other = type(own_facility)(own_facility.settings | elsewhere)
    assert other.json("history", "verify") == before
    assert "--replace" in sentence(other("restore", file))
    assert other("restore", file, "--replace").returncode == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert sentence(other("restore", file, "--replace"))
    assert other.json("history", "verify") == before
    assert sentence(own_facility("backup", open_folder / "no" / "such" / "folder"))
