"""Templates to bring: the shipped sheet label under another key, changed in one place, and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from labels.template.source import SHIPPED, read_folder

PUBLIC_URL = "https://qr.example.gov.cn"
_PLAIN = read_folder(SHIPPED / "sheet-label")


def template_files(key: str = "own-label", *, html: str = "", css: str = "", manifest: str = "") -> dict[str, bytes]:
    """The files of an own template; ``html``, ``css`` and ``manifest`` are added at the end of theirs."""
    files = dict(_PLAIN)
    files["manifest.toml"] = files["manifest.toml"].replace(b'"sheet-label"', f'"{key}"'.encode())
    files["manifest.toml"] = files["manifest.toml"].replace(b"[size]", manifest.encode() + b"\n[size]")
    files["label.html"] += html.encode()
    files["label.css"] += css.encode()
    return files


def without_symbol() -> dict[str, bytes]:
    """A template without a QR code."""
    files = template_files()
    return files | {"label.html": files["label.html"].replace(b"data-symbol", b"")}


def nested_boxes(depth: int) -> dict[str, bytes]:
    """Flexible boxes in flexible boxes: each is laid out twice for the one around it, so thirty take for ever."""
    return template_files(html='<div class="f">' * depth + "x" + "</div>" * depth, css=".f{display:flex}")


def packed(files: Mapping[str, bytes], folder: str = "") -> bytes:
    """A ZIP as any program makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(folder + name, data)
    return out.getvalue()


# What an operator may bring by mistake or in bad faith: its files, the refusal's code, and words of its sentence.
HOSTILE: dict[str, tuple[dict[str, bytes], str, str]] = {
    "loop": (template_files(html="{% for x in y %}{% endfor %}"), "template_command", "{% for x in y %}"),
    "remote picture": (
        template_files(html='<img src="https://evil.example/x.png">'), "template_outside", "https://evil.example/x.png",
    ),
    "file": (template_files(html='<img src="file:///etc/passwd">'), "template_outside", "file:///etc/passwd"),
    "import": (
        template_files() | {"label.css": b'@import "https://evil.example/x.css";' + _PLAIN["label.css"]},
        "template_outside",
        "evil.example",
    ),
    "font from elsewhere": (
        template_files(css='@font-face{font-family:X;src:url("https://evil.example/f.ttf")} .name{font-family:X}'),
        "template_outside",
        "evil.example",
    ),
    "script": (template_files(html="<script>alert(1)</script>"), "template_element", "<script"),
    "handler": (template_files(html='<p onclick="alert(1)">x</p>'), "template_element", "onclick"),
    "no symbol": (without_symbol(), "template_symbol", "data-symbol"),
    "unknown field": (template_files(html="<p>{{ password }}</p>"), "template_field", "password"),
    "four hundred fields": (template_files(html="<p>{{ name }}</p>" * 400), "template_field", "40"),
    "hidden symbol": (template_files(css=".qr{display:none}"), "template_symbol", "data-symbol"),
    "symbol off the label": (template_files(css=".qr{left:-60mm}"), "template_overflow", "data-symbol"),
    "symbol without quiet zone": (
        template_files(css=".bar{position:absolute;left:0;top:0;width:6mm;height:37mm;background:#000}",
                       html='<div class="bar"></div>'), "not_proved", "",
    ),
    "not a text": (template_files() | {"label.html": b"\xff\xfe\x00"}, "template_files", "label.html"),
    "unknown kind": (template_files(manifest='kinds = ["moon_base"]'), "bad_manifest", "moon_base"),
    "unknown attribute": (template_files(html="<p>{{ attribute.moons }}</p>"), "template_field", "attribute.moons"),
    "size of no stock": (
        template_files()
        | {"manifest.toml": _PLAIN["manifest.toml"].replace(b"[size]", b"[size]\nwidth_mm = 900\nheight_mm = 900")},
        "template_size", "",
    ),
    "page that only the reference draws, and hides": (
        template_files(css=".column{transform:rotate(1deg)} [data-symbol] svg{display:none}"), "not_proved", "",
    ),
}  # fmt: skip
