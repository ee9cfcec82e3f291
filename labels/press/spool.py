"""The labels of a job in a file: gathered from the database once, read by the press and again for the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labels.sheet import LabelFace


class Spooled(msgspec.Struct, frozen=True, array_like=True):
    """One label of a job: the label's id, its asset's (None for a blank one), and its face."""

    label_id: int
    asset_id: int | None
    code: str
    word: int
    words: dict[str, str]
    photo: str = ""
    asset: str = ""

    def face(self, prefix: str) -> LabelFace:
        """What is printed, at the address before the code."""
        return LabelFace(self.code, prefix + self.code, self.word, self.words, self.photo, self.asset)


@dataclass(frozen=True, slots=True)
class Spool:
    """The file of a job's labels, one JSON line for each, in printing order."""

    path: Path

    def append(self, items: Iterable[Spooled]) -> int:
        """Add labels at the end; how many."""
        lines = [msgspec.json.encode(item) for item in items]
        with self.path.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
        return len(lines)

    def __iter__(self) -> Iterator[Spooled]:
        """The labels in order."""
        decoder = msgspec.json.Decoder(Spooled)
        with self.path.open("rb") as file:
            yield from map(decoder.decode, file)
