"""The documents say what is so: diagrams, links, tables, screen words, and both README files alike."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.translation import chinese

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
PARTS = ["Context", "Decision", "Consequences", "Alternatives"]
LONGEST_DECISION = 40

# Written by the browser tests; a checkout may be older than its pictures.
SCREENSHOTS = {f"docs/screenshots/{name}.png" for name in ("citizen.zh", "citizen.en", "crew.zh", "desk.zh", "labels")}


def test_the_diagrams_are_those_of_the_tables() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "script" / "diagrams", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = [found for found in LINK.findall(document.read_text()) if not re.match(r"https?:|/", found)]
    dead = [name for name in targets if not (document.parent / name).exists() and name not in SCREENSHOTS]
    assert dead == []


def test_both_readme_files_say_the_same() -> None:
    english, chinese_text = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))
    links = [set(LINK.findall(text)) - {"README.md", "README.zh-CN.md"} for text in (english, chinese_text)]
    assert links[0] == links[1] >= SCREENSHOTS
    assert [len(re.findall(r"^## ", text, re.MULTILINE)) for text in (english, chinese_text)] == [2, 2]
    commands = [re.findall(r"^(script/\w+)", text, re.MULTILINE) for text in (english, chinese_text)]
    assert commands == [["script/server", "script/test"]] * 2
    assert all((ROOT / name).exists() for name in commands[0])


def _glossary() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] != "Term"]


def _made() -> set[str]:
    files = ROOT.glob("*/piccolo_migrations/*.py")
    return {name for path in files for name in re.findall(r"CREATE TABLE (\w+)", path.read_text())}


def test_the_glossary_names_every_table_of_the_trade_and_no_other() -> None:
    named = {table for row in _glossary() for table in re.findall(r"`(\w+)`", row[3])}
    assert named - _made() == set()
    of_the_ground = {
        "job",
        "visitor_salt",
        "idempotency",
        "number_series",
        "sign_in_attempt",
        "reset_link",
        "import_change",
        "asset",
    }
    assert _made() - named - of_the_ground == set()


def test_the_glossary_has_the_words_of_the_screen() -> None:
    known = chinese()
    shown = [row[4].split(" · ") for row in _glossary() if row[4] != "–"]
    assert len(shown) > 30
    assert [(english, said) for english, said in shown if known.get(english) != said] == []


def test_decisions_are_numbered_and_short() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for number, path in enumerate(files, start=1):
        text = path.read_text()
        assert text.startswith(f"# {number}. "), path.name
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == PARTS, path.name
        assert len(text.splitlines()) < LONGEST_DECISION, path.name


def test_the_field_guide_names_buttons_that_exist() -> None:
    known = chinese()
    zh, en = (ROOT / "docs" / "field-guide.md").read_text().split("# One page for the field")
    assert [word for word in re.findall(r"\*\*(.+?)\*\*", zh) if word not in known.values()] == []
    assert [word for word in re.findall(r"\*\*(.+?)\*\*", en) if word not in known] == []
