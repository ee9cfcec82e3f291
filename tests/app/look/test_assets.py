"""What the build promises to the pages: hashed files, an honest hash for the policy, small sizes, colours to read."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "app" / "static" / "build"
TOKENS = (ROOT / "app" / "assets" / "css" / "tokens.css").read_text()
INK = ("--ink", "--ink-2", "--teal", "--danger", "--warn", "--ok")
GROUNDS = ("--paper", "--ground")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    subprocess.run([ROOT / "script" / "assets"], check=True)
    return json.loads((BUILD / "manifest.json").read_text())


def test_every_entry_stands_with_its_compressed_siblings(manifest: dict[str, Any]) -> None:
    for name, built in manifest["entries"].items():
        stem, _, ending = name.rpartition(".")
        assert re.fullmatch(rf"{stem}\.[0-9a-f]{{10}}\.{ending}", built)
        assert all((BUILD / f"{built}{sibling}").is_file() for sibling in ("", ".br", ".gz"))


def test_the_inlined_style_has_the_hash_the_policy_will_name(manifest: dict[str, Any]) -> None:
    style = manifest["inline"]["citizen.css"]
    digest = base64.b64encode(hashlib.sha256(style["text"].encode()).digest()).decode()
    assert style["sha256"] == f"sha256-{digest}"
    assert "</" not in style["text"]


def test_the_faces_keep_their_budgets(manifest: dict[str, Any]) -> None:
    wire = {name: (BUILD / f"{built}.br").stat().st_size for name, built in manifest["entries"].items()}
    assert len(manifest["inline"]["citizen.css"]["text"]) < 11_000
    assert wire["citizen.js"] < 2_000
    assert wire["crew.css"] + wire["crew.js"] < 8_000
    assert wire["scan.css"] + wire["scan.js"] < 3_000
    assert wire["reader.js"] + wire["reader.wasm"] < 440_000  # fetched where the browser reads no codes by itself
    assert sum(wire[name] for name in ("desk.css", "desk.js", "map.css", "map.js")) < 100_000


def test_nothing_is_loaded_from_another_host(manifest: dict[str, Any]) -> None:
    for name, built in manifest["entries"].items():
        if name.endswith(".css"):
            assert not re.search(r"url\(\s*['\"]?(https?:)?//", (BUILD / built).read_text()), name


def test_a_second_run_builds_nothing(manifest: dict[str, Any]) -> None:
    before = (BUILD / "manifest.json").stat().st_mtime_ns
    subprocess.run([ROOT / "script" / "assets"], check=True)
    assert (BUILD / "manifest.json").stat().st_mtime_ns == before


def test_icons_answer_to_old_names_too(manifest: dict[str, Any]) -> None:
    icons = json.loads((BUILD / "icons.json").read_text())
    assert all(icons[name].startswith("<") for name in ("waves", "toilet", "shield-check", "qr-code"))


def colours(scheme: str) -> dict[str, str]:
    """The light tokens, with the dark ones over them where asked."""
    blocks = re.findall(r"(@media[^{]*\{\s*)?:root \{(.*?)\}", TOKENS, re.S)
    light = next(body for head, body in blocks if not head)
    dark = next(body for head, body in blocks if head.strip() == "@media (prefers-color-scheme: dark) {")
    found = dict(re.findall(r"(--[\w-]+): (#\w+)", light))
    return found | dict(re.findall(r"(--[\w-]+): (#\w+)", dark)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_every_ground(scheme: str) -> None:
    token = colours(scheme)
    pairs = [*product(INK, GROUNDS), ("--teal", "--soft"), ("--danger", "--danger-soft"), ("--warn", "--warn-soft")]
    for ink, ground in [*pairs, ("--ok", "--ok-soft"), ("--on-teal", "--teal"), ("--on-amber", "--amber")]:
        assert contrast(token[ink], token[ground]) >= 4.5, (scheme, ink, ground)
    assert contrast(token["--edge"], token["--paper"]) >= 3
