"""Built assets by their plain names: hashed addresses, inlined CSS with its CSP hash, icons."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from foundation.errors import StartRefused
from foundation.translation import N_

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
BUILD: Final = STATIC / "build"


@functools.cache
def manifest() -> dict[str, Any]:
    """What the build wrote. Raises StartRefused where the assets are not built."""
    path = BUILD / "manifest.json"
    if not path.is_file():
        raise StartRefused(N_("The web assets are not built. Run: script/setup"))
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@functools.cache
def asset_url(name: str) -> str:
    """The address of a built file, which changes with its content."""
    return f"/static/build/{manifest()['entries'][name]}"


@functools.cache
def inline_css(name: str) -> Markup:
    """Critical CSS to stand in the page itself."""
    return Markup(manifest()["inline"][name]["text"])  # noqa: S704 - built by us


@functools.cache
def inline_hashes() -> str:
    """The CSP hashes of all inlined styles."""
    return " ".join(f"'{entry['sha256']}'" for entry in manifest()["inline"].values())


@functools.cache
def _icons() -> dict[str, str]:
    loaded: dict[str, str] = json.loads((BUILD / "icons.json").read_text())
    return loaded


@functools.cache
def icon(name: str) -> Markup:
    """A lucide icon as inline SVG; an unknown name draws a plain dot rather than nothing."""
    inside = _icons().get(name) or '<circle cx="12" cy="12" r="4"/>'
    return Markup(  # noqa: S704 - from the icon set we build
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{inside}</svg>'
    )
