"""Issue labels to assets, and make blank ones. A code is never used twice; an asset has one current label."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Final

from foundation.act import Act
from foundation.codes import RANDOM_BYTES, new_code
from foundation.database import execute, fetch, transaction
from foundation.errors import Invalid, NotFound, Refused
from foundation.principals import Place, Role
from foundation.translation import N_
from labels.check_word import WORDS
from labels.events import LabelIssued, LabelsPreprinted
from labels.queries import read_current
from labels.schemas import IssuedLabel
from registry.history import DISTRICT, record, record_many
from registry.queries import get_assets_by_id, place_of
from registry.schemas import AssetRead
from registry.service import write_signals_many

MOST_BLANK: Final = 10_000


async def issue_labels(asset_ids: Sequence[int], act: Act) -> dict[int, IssuedLabel]:
    """The current label of each asset, issued where it has none; one that has a label keeps its code.

    Raises NotFound for an unknown asset, Refused for a retired one, Forbidden where the registrar's scope ends.
    """
    assets = await get_assets_by_id(asset_ids)
    if missing := set(asset_ids) - assets.keys():
        raise NotFound(N_("There is no facility with the number {id}."), id=min(missing))
    return await issue_to(list(assets.values()), act)


async def issue_to(assets: Sequence[AssetRead], act: Act) -> dict[int, IssuedLabel]:
    """``issue_labels`` for assets already read."""
    _require_all(assets, act)
    refuse_retired(assets)
    async with transaction():
        found = await read_current(asset.id for asset in assets)
        without = sorted(asset.id for asset in assets if asset.id not in found)
        while without:
            made = await _insert(without, act)
            # Taken in the meantime by somebody else's issue, or a code met an old one: look again, and go on.
            found |= made | await read_current(asset_id for asset_id in without if asset_id not in made)
            without = [asset_id for asset_id in without if asset_id not in found]
        await _tell({asset_id: label for asset_id, label in found.items() if label.new}, act)
    return found


def refuse_retired(assets: Iterable[AssetRead]) -> None:
    """Raises Refused for the first that is retired."""
    for asset in assets:
        if asset.operating_state == "retired":
            raise Refused(N_("{asset} is retired and gets no label."), code="retired", asset=asset.code)


def _require_all(assets: Sequence[AssetRead], act: Act) -> None:
    if not assets:
        act.require(Role.REGISTRAR, place=Place())
    for place in {place_of(asset) for asset in assets}:
        act.require(Role.REGISTRAR, place=place)


async def _insert(asset_ids: Sequence[int], act: Act) -> dict[int, IssuedLabel]:
    """One statement for all, in asset order, so that two issues wait for each other and cannot deadlock."""
    rows = await fetch(
        "INSERT INTO label (code, asset_id, state, created_at, check_word)"
        " SELECT c, a, 'printed', $3, w"
        " FROM unnest($1::text[], $2::bigint[], $4::int[]) WITH ORDINALITY AS r(c, a, w, n)"
        " ORDER BY n ON CONFLICT DO NOTHING RETURNING id, code, asset_id, check_word",
        fresh_codes(len(asset_ids)),
        list(asset_ids),
        act.at,
        fresh_words(len(asset_ids)),
    )
    return {row["asset_id"]: IssuedLabel(row["id"], row["code"], row["check_word"], new=True) for row in rows}


def fresh_codes(count: int) -> list[str]:
    """Random codes from the system's secure source: one cannot be guessed from another."""
    return [new_code(secrets.token_bytes(RANDOM_BYTES)) for _ in range(count)]


def fresh_words(count: int) -> list[int]:
    """Random check words, which follow from nothing: whoever knows a code does not know its word."""
    return [secrets.randbelow(WORDS) for _ in range(count)]


async def _tell(issued: dict[int, IssuedLabel], act: Act) -> None:
    await record_many([(asset_id, LabelIssued(label=label.printed)) for asset_id, label in issued.items()], act)
    await write_signals_many(("label_code",), [(asset_id, label.code) for asset_id, label in issued.items()])


async def make_blank_labels(count: int, act: Act, *, job: str, stock: str) -> list[IssuedLabel]:
    """So many labels without an asset, to be bound at the first scan; ``job`` is their batch.

    A batch that is there already is answered as it is: a request sent twice makes labels once. Raises Invalid for a
    silly count.
    """
    check_blanks(count, act)
    made: list[IssuedLabel] = []
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"label batch {job}")
        rows = await fetch("SELECT id, code, check_word FROM label WHERE batch = $1 ORDER BY id", job)
        if rows:
            return [IssuedLabel(row["id"], row["code"], row["check_word"]) for row in rows]
        while len(made) < count:
            made += await _insert_blank(count - len(made), job, act)
        await record(DISTRICT, LabelsPreprinted(count=count, job=job, stock=stock), act)
    return sorted(made, key=lambda label: label.id)


def check_blanks(count: int, act: Act) -> None:
    """Raises Forbidden unless an unscoped registrar acts, Invalid for a silly count."""
    act.require(Role.REGISTRAR)
    if not 1 <= count <= MOST_BLANK:
        raise Invalid(
            N_("Blank labels are made 1 to {most} at a time, not {count}."),
            code="bad_count",
            most=MOST_BLANK,
            count=count,
        )


async def _insert_blank(count: int, job: str, act: Act) -> list[IssuedLabel]:
    rows = await fetch(
        "INSERT INTO label (code, state, created_at, check_word, batch)"
        " SELECT c, 'blank', $2, w, $4 FROM unnest($1::text[], $3::int[]) AS r(c, w)"
        " ON CONFLICT DO NOTHING RETURNING id, code, check_word",
        fresh_codes(count),
        act.at,
        fresh_words(count),
        job,
    )
    return [IssuedLabel(row["id"], row["code"], row["check_word"], new=True) for row in rows]
