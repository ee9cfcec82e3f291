"""Service history: the append-only backbone. Upper rooms register event kinds the registry has never heard of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, TypeVar

import msgspec

from foundation.act import Act
from foundation.database import execute, fetch, in_transaction
from foundation.principals import Role
from foundation.translation import LANGS, Lang

Audience = Literal["public", "staff"]
DISTRICT: Final = 0  # the stream of what belongs to no asset
_KIND = re.compile(r"[a-z_]+(\.[a-z_]+)+")


class HistoryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, as it is kept for ever: no personal data, no free text of citizens."""

    kind: ClassVar[str] = ""
    audience: ClassVar[Audience] = "staff"
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def words(self, lang: Lang) -> dict[str, object]:
        """The values of the sentence's placeholders: every field, and ``x`` for each pair ``x_zh``/``x_en``."""
        values: dict[str, object] = msgspec.structs.asdict(self)
        suffix = "_zh" if lang == "zh-CN" else "_en"
        for name in list(values):
            if name.endswith(suffix):
                stem = name[: -len(suffix)]
                values[stem] = values[name] or values.get(stem + "_zh") or values.get(stem + "_en") or ""
        return values

    def sentence(self, lang: Lang) -> str:
        """The line in words, for its reader."""
        return (self.zh if lang == "zh-CN" else self.en).format(**self.words(lang))


Event = TypeVar("Event", bound=HistoryEvent)
KINDS: dict[str, type[HistoryEvent]] = {}


def kind(name: str, *, zh: str, en: str, audience: Audience = "staff") -> Callable[[type[Event]], type[Event]]:
    """Register an event kind: a dotted past-tense name, its audience and its sentence in both languages."""
    if not _KIND.fullmatch(name) or name in KINDS:
        raise ValueError(f"history kind {name!r} is malformed or registered twice")

    def register(cls: type[Event]) -> type[Event]:
        cls.kind, cls.audience, cls.zh, cls.en = name, audience, zh, en
        KINDS[name] = cls
        return cls

    return register


def sentence_of(kind_name: str, data: Mapping[str, Any], lang: Lang) -> str:
    """The sentence of a stored line; what is no longer known or readable shows the kind's name rather than nothing."""
    cls = KINDS.get(kind_name)
    if cls is None:
        return kind_name
    try:
        return msgspec.convert(data, cls).sentence(lang)
    except msgspec.ValidationError:  # written by another version; one strange line must not hide the others
        return kind_name


def summary_of(kind_name: str, data: Mapping[str, Any]) -> dict[str, str]:
    """The sentence in both languages, keyed ``zh`` and ``en``."""
    return {lang[:2]: sentence_of(kind_name, data, lang) for lang in LANGS}


async def record(stream: int, event: HistoryEvent, act: Act) -> None:
    """Append one line to an asset's history (or to ``DISTRICT``), inside the verb's transaction."""
    await record_many([(stream, event)], act)


async def record_many(lines: Iterable[tuple[int, HistoryEvent]], act: Act) -> None:
    """Append many lines in asset order, so that two batches cannot deadlock on the heads."""
    await _append([(stream, event, act.at, act.actor) for stream, event in sorted(lines, key=lambda line: line[0])])


async def record_past(lines: Iterable[tuple[int, HistoryEvent, datetime, str]], act: Act) -> None:
    """Append what happened earlier, each line with its own instant and actor; for taking over an older system's log.

    Raises Forbidden unless an administrator or the program itself acts: ordinary verbs cannot date back.
    """
    act.require(Role.ADMINISTRATOR)
    await _append(sorted(lines, key=lambda line: (line[0], line[2])))


_APPEND: Final = """
INSERT INTO history_line (stream, seq, at, kind, audience, actor, data, hash)
SELECT stream, 0, at, kind, audience, actor, data::jsonb, ''::bytea
  FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])
       WITH ORDINALITY AS line (stream, at, kind, audience, actor, data, number)
 ORDER BY number
"""


async def _append(lines: Sequence[tuple[int, HistoryEvent, datetime, str]]) -> None:
    if not in_transaction():
        raise RuntimeError("history is written inside the verb's transaction only")
    if not lines:
        return
    await execute(
        _APPEND,
        [line[0] for line in lines],
        [line[2] for line in lines],
        [line[1].kind for line in lines],
        [line[1].audience for line in lines],
        [line[3] for line in lines],
        [msgspec.json.encode(line[1]).decode() for line in lines],
    )


class BrokenLine(msgspec.Struct, frozen=True):
    """A line whose hash does not follow from the line before it; ``seq`` 0 is a whole stream that fails."""

    stream: int
    seq: int


class Verification(msgspec.Struct, frozen=True):
    """What ``verify`` read and what it found."""

    streams: int
    lines: int
    broken: list[BrokenLine]


_VERIFY = """
WITH chained AS (
    SELECT stream, seq, hash,
           coalesce(lag(hash) OVER w, ''::bytea) AS previous, coalesce(lag(seq) OVER w, 0) AS before,
           at, kind, audience, actor, data
      FROM history_line WINDOW w AS (PARTITION BY stream ORDER BY seq)
)
SELECT stream, seq FROM chained
 WHERE seq <> before + 1 OR hash <> history_hash(previous, stream, seq, at, kind, audience, actor, data)
UNION
SELECT h.stream, h.seq FROM history_head h
  LEFT JOIN history_line l ON l.stream = h.stream AND l.seq = h.seq AND l.hash = h.hash
 WHERE h.seq > 0 AND l.id IS NULL
UNION
SELECT l.stream, max(l.seq) FROM history_line l LEFT JOIN history_head h USING (stream)
 GROUP BY l.stream, h.seq HAVING h.seq IS NULL OR max(l.seq) > h.seq
 ORDER BY 1, 2
"""


async def verify() -> Verification:
    """Recompute every hash; a changed, removed or inserted row and a cut tail all show."""
    counts = await fetch("SELECT count(*) AS lines, count(DISTINCT stream) AS streams FROM history_line")
    broken = [BrokenLine(row["stream"], row["seq"]) for row in await fetch(_VERIFY)]
    return Verification(streams=counts[0]["streams"], lines=counts[0]["lines"], broken=broken)
