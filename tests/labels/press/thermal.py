"""A thermal printer's way with ZPL, by its maker's rules and none of our code, and a roll that it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image, ImageChops

from labels.press.zpl import MOST_BYTES
from labels.stock import Stock

# Two labels side by side on a liner, as rolls for small labels are sold.
TWIN = Stock("twin", 128.0, 42.0, 2, 1, 62.0, 40.0, 1.0, 1.0, 64.0, 42.0, form="roll", dpi=300)


@dataclass(frozen=True)
class Print:
    """One ``^XA … ^XZ``: the width and length it asks for, and its picture."""

    width: int
    length: int
    image: Image.Image


def decompress(data: str, width: int, rows: int) -> list[bytes]:
    """Zebra's compression undone, by the programming guide and none of our code."""
    made: list[str] = []
    row, count = "", 0
    for letter in data:
        if letter == ":":
            assert row == ""
            made.append(made[-1])
        elif letter in ",!":
            made.append(row.ljust(2 * width, "0" if letter == "," else "F"))
            row = ""
        elif letter in "GHIJKLMNOPQRSTUVWXY":
            count += ord(letter) - ord("F")
        elif letter in "ghijklmnopqrstuvwxyz":
            count += 20 * (ord(letter) - ord("f"))
        else:
            row += letter * (count or 1)
            count = 0
            assert len(row) <= 2 * width
            if len(row) == 2 * width:
                made.append(row)
                row = ""
    assert (row, count, len(made)) == ("", 0, rows)
    return [bytes.fromhex(line) for line in made]


def prints(zpl: str) -> list[Print]:
    """What a printer makes of the file; anything but the known commands fails."""
    found = []
    for one in re.findall(r"\^XA(.*?)\^XZ\n", zpl, re.DOTALL):
        head = re.match(r"\n\^PW(\d+)\n\^LL(\d+)\n\^LH0,0\n", one)
        assert head
        width, length = int(head[1]), int(head[2])
        image = Image.new("L", (width, length), 255)
        fields = re.findall(r"\^FO0,(\d+)\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\n", one[head.end() :])
        assert "".join(f"^FO0,{t}^GFA,{a},{b},{c},{d}^FS\n" for t, a, b, c, d in fields) == one[head.end() :]
        for top, total, sent, per_row, data in fields:
            assert total == sent
            assert int(total) <= MOST_BYTES
            rows = decompress(data, int(per_row), int(total) // int(per_row))
            band = Image.frombytes("1", (int(per_row) * 8, len(rows)), b"".join(rows)).convert("L")
            image.paste(ImageChops.invert(band), (0, int(top)))
        found.append(Print(width, length, image))
    assert "".join(re.split(r"\^XA.*?\^XZ\n", zpl, flags=re.DOTALL)) == ""
    return found
