"""Jobs to print, and what came of them: files, lines, codes."""

from __future__ import annotations

import pypdfium2
import zxingcpp

from foundation.act import Act
from foundation.database import fetch
from foundation.jobs import JobRead, jobs_folder
from foundation.principals import Grant, Principal, Role
from labels.schemas import Selection
from labels.service import Paper

PAPER = Paper("https://qr.example.cn", start=5)
TOILETS = Selection(kind="public_toilet")


async def account(act: Act, *roles: Role) -> Act:
    from app.accounts import GrantWanted, create_account

    number = await create_account("printer", [GrantWanted(role) for role in roles], act)
    return Act(Principal("printer", account_id=number, grants=tuple(map(Grant, roles))), act.at)


def file_of(job: JobRead) -> bytes:
    assert job.result is not None
    return (jobs_folder() / job.result["file"]).read_bytes()


async def told() -> list[tuple[str, int, int]]:
    rows = await fetch("SELECT data FROM history_line WHERE kind = 'label.printed' ORDER BY stream, seq")
    return [(row["data"]["job"], row["data"]["sheet"], row["data"]["position"]) for row in rows]


async def printed_codes(job: JobRead) -> set[str]:
    """The codes on the sheets, as a reader finds them."""
    pages = [page.render(scale=203 / 72).to_pil() for page in pypdfium2.PdfDocument(file_of(job))]
    return {symbol.text.rpartition("/")[2] for page in pages for symbol in zxingcpp.read_barcodes(page)}
