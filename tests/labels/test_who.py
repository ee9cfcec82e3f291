"""Who may not: the verbs that concern no single facility, or all of a selection, and leave nothing behind."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Forbidden, NotSignedIn
from labels.schemas import Selection
from labels.service import Paper, void_batch
from labels.service.hearing import hear_history
from labels.service.issue import make_blank_labels
from labels.service.printing.direct import preprint, preprint_to_file, print_labels_to_file

pytestmark = pytest.mark.anyio
PAPER = Paper("https://qr.example.cn")
VERBS: dict[str, Callable[[Act, Path], Awaitable[object]]] = {
    "void_batch": lambda act, _: void_batch("20261124-AB", "lost", act),
    "make_blank_labels": lambda act, _: make_blank_labels(3, act, job="another", stock="a4-3x8"),
    "preprint": lambda act, _: preprint(3, PAPER, act),
    "preprint_to_file": lambda act, out: preprint_to_file(3, PAPER, out, act),
    "print_labels_to_file": lambda act, out: print_labels_to_file(Selection(kind="public_toilet"), PAPER, out, act),
    "hear_history": lambda act, _: hear_history(act),
}


async def everything() -> list[int]:
    tables = ("label", "label_print", "label_ear", "history_line")
    blank = await fetchval("SELECT count(*) FROM label WHERE state = 'blank'")
    return [blank] + [await fetchval(f"SELECT count(*) FROM {table}") for table in tables]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["scoped_registrar", "crew", "dispatcher", "citizen"])
async def test_only_a_registrar_of_the_whole_district_may(
    add_asset, registrar, tmp_path: Path, request: pytest.FixtureRequest, verb: str, who: str
) -> None:
    await add_asset("近")
    await add_asset("远", street="南门街道")
    await make_blank_labels(5, registrar, job="20261124-AB", stock="a4-3x8")
    before, out = await everything(), tmp_path / "labels.pdf"
    with pytest.raises(NotSignedIn if who == "citizen" else Forbidden):
        await VERBS[verb](request.getfixturevalue(who), out)
    assert await everything() == before
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - no pathlib in a coroutine
    await VERBS[verb](registrar, out)
    assert out.exists() == verb.endswith("_to_file")
