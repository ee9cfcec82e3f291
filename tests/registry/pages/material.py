"""Forms as a browser reads and sends them."""

from __future__ import annotations

import html
import re


def values(page: str) -> dict[str, str]:
    """What stands in the fields of the page's last form."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def typed_again(asset) -> dict[str, object]:
    """A browser's answer to the edit form, nothing touched."""
    from registry.pages.form import typed_of

    return dict(typed_of(asset))
