"""The JSON API of labels."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from msgspec import Struct

from foundation.act import Act
from foundation.errors import Invalid
from foundation.settings import current_settings
from foundation.translation import N_
from foundation.versions import given_version
from labels.queries import find_labels, find_selected, get_label
from labels.schemas import LabelBind, LabelFilter, LabelIssue, LabelRead, Selection
from labels.service import Paper, PrintedSheet, bind_label, issue_labels, print_labels, void_batch
from labels.service.background import print_later
from labels.states import STATES
from labels.stock import DEFAULT_STOCK
from labels.template import DEFAULT_TEMPLATE

# Twenty sheets, some ten seconds of work; the command line prints any number.
MOST_AT_ONCE = 480
MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip", "zpl": "application/octet-stream"}


class LabelList(Struct, frozen=True):
    """A page of labels, newest first."""

    items: list[LabelRead]
    next: str | None = None


def pdf_response(sheet: PrintedSheet) -> Response[bytes]:
    """The sheet as a file to keep; the codes of its warnings stand in a header."""
    headers = {
        "Content-Disposition": f'attachment; filename="labels-{sheet.labels}.{sheet.form}"',
        "Cache-Control": "no-store",
        "X-Label-Count": str(sheet.labels),
        "X-Page-Count": str(sheet.pages),
    }
    if sheet.notes:
        headers["X-Label-Warnings"] = ", ".join(note.code for note in sheet.notes)
    return Response(sheet.data, media_type=MEDIA_TYPES[sheet.form], headers=headers)


def split_codes(text: str | None) -> tuple[str, ...]:
    """Codes separated by commas, blanks or lines."""
    return tuple((text or "").replace(",", " ").replace("，", " ").split())


@get("/api/v1/labels", summary="Labels, filtered and paged")
async def list_labels(
    act: NamedDependency[Act],
    in_state: Annotated[str | None, QueryParameter(name="state")] = None,
    q: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> LabelList:
    """Labels, newest first; ``q`` is part of a label code, or an asset code."""
    act.require_staff()
    check_state(in_state)
    page = await find_labels(LabelFilter(state=in_state, q=q, cursor=cursor, limit=limit))
    return LabelList(page.items, page.next)


def check_state(state: str | None) -> None:
    """Raises Invalid for a word that is no state of a label."""
    if state and state not in STATES:
        raise Invalid(
            N_("{state} is no state of a label; they are {states}."),
            code="bad_state",
            state=state,
            states=", ".join(STATES),
        )


@post("/api/v1/labels", summary="Issue labels to assets")
async def create_labels(data: JSONBody[LabelIssue], act: NamedDependency[Act]) -> LabelList:
    """The current label of each asset, in the order asked; one is issued where there is none."""
    act.require_staff()
    if not data.assets:
        raise Invalid(N_("Name at least one asset code."), code="no_assets")
    assets = await find_selected(Selection(codes=tuple(data.assets)))
    issued = await issue_labels([asset.id for asset in assets], act)
    return LabelList([await get_label(issued[asset.id].code) for asset in assets])


@post("/api/v1/labels/{code:str}/bind", status_code=200, summary="Bind a pre-printed label to an asset")
async def bind(
    code: FromPath[str],
    data: JSONBody[LabelBind],
    act: NamedDependency[Act],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Response[LabelRead]:
    """Bind a blank label; ``replace`` lets it take the place of the asset's current one.

    With ``lon`` and ``lat`` it keeps where it was stuck on. A photo of it goes through the crew's page alone.
    """
    act.require_staff()
    version = given_version(if_match)
    label = await bind_label(code, data.asset, act, replace=data.replace, version=version, lon=data.lon, lat=data.lat)
    return Response(label, headers={"ETag": f'"{label.version}"'})


class PrintJobCreate(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A print job of any size: the assets of ``codes``, an import batch or a filter, or so many ``blank`` labels."""

    blank: int | None = None
    stock: str = DEFAULT_STOCK
    template: str = DEFAULT_TEMPLATE
    printer: str = ""
    form: str = "pdf"
    start: int = 1
    anyway: bool = False


class PrintJobCreated(Struct, frozen=True):
    """The number of the job; see ``/api/v1/jobs/{job}``."""

    job: int


@post("/api/v1/label-jobs", summary="Print labels in the background")
async def print_in_background(data: JSONBody[PrintJobCreate], act: NamedDependency[Act]) -> PrintJobCreated:
    """Put a print job into the queue; the same Idempotency-Key for the same again answers the same job."""
    act.require_staff()
    paper = Paper(
        current_settings().public_url, data.stock, data.start, data.template, data.printer, data.form, data.anyway,
        act.idempotency_key or "",
    )  # fmt: skip
    if data.blank is not None:
        return PrintJobCreated(await print_later(data.blank, paper, act))
    what = {name: getattr(data, name) for name in Selection.__struct_fields__}
    if not any(what.values()):
        raise Invalid(N_("Say which labels: a kind, a street or codes."), code="no_selection")
    return PrintJobCreated(await print_later(Selection(**what), paper, act))


class BatchVoid(Struct, forbid_unknown_fields=True):
    """Why what is left of a batch becomes void, in 1 to 200 characters."""

    reason: str


class BatchVoided(Struct, frozen=True):
    """How many labels became void."""

    voided: int


@post("/api/v1/label-batches/{batch:str}/void", status_code=200, summary="Make the rest of a batch of blanks void")
async def void_the_batch(batch: FromPath[str], data: JSONBody[BatchVoid], act: NamedDependency[Act]) -> BatchVoided:
    """Every label of the batch that is still blank leads nowhere from now on."""
    return BatchVoided(await void_batch(batch, data.reason, act))


@get("/api/v1/labels/sheet.pdf", summary="A sheet of labels as PDF")
async def sheet_pdf(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    codes: FromQuery[str | None] = None,
    stock: FromQuery[str] = DEFAULT_STOCK,
    start: FromQuery[int] = 1,
    template: FromQuery[str] = DEFAULT_TEMPLATE,
    printer: FromQuery[str] = "",
    form: FromQuery[str] = "pdf",
    anyway: FromQuery[bool] = False,
) -> Response[bytes]:
    """The labels of the assets of a kind, a street, or of the ``codes`` given; issued where there are none.

    The same Idempotency-Key again prints the same labels and tells history once.
    """
    act.require_staff()
    selection = Selection(codes=split_codes(codes), kind=kind, street=street)
    if not (selection.codes or kind or street):
        raise Invalid(N_("Say which labels: a kind, a street or codes."), code="no_selection")
    request = act.idempotency_key or ""
    paper = Paper(current_settings().public_url, stock, start, template, printer, form, anyway, request)
    return pdf_response(await print_labels(selection, paper, act, most=MOST_AT_ONCE))


ROUTES = [list_labels, create_labels, bind, void_the_batch, print_in_background, sheet_pdf]
