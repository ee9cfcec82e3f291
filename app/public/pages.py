"""Routes of the public pages."""

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from app.public.astray import answer_astray, blank_context, led_on
from app.public.facility import draw_facility
from app.public.finder import finder_context
from app.public.forms import kept_fields
from app.public.label_photo import label_photo
from app.public.packing import answer_page
from app.public.story import story_context
from foundation.act import Act
from foundation.codes import printed
from foundation.errors import FacilityError, Gone, Invalid, NotFound, Unavailable
from foundation.principals import Role
from foundation.translation import N_
from labels.pages.forms import read_place
from labels.queries import Replaced, read_forerunner, read_landing
from labels.scans import note_scan
from labels.schemas import Landing
from labels.service import note_sighting
from maintenance.queries import find_jobs, story_of
from maintenance.schemas import ReportCreate
from maintenance.service import contest_request, rate_request, report_fault, withdraw_request

_Request = Request[Any, Any, Any]
MOST_PHOTOS = 4


@get(["/A/{code:str}", "/a/{code:str}"], name="facility")
async def facility_page(
    code: FromPath[str],
    request: _Request,
    act: NamedDependency[Act],
    face: Annotated[str | None, QueryParameter(name="as")] = None,
    came_from: Annotated[str | None, QueryParameter(name="from")] = None,
) -> Response[Any]:
    """Where every label leads: the facility for a citizen, the job for a signed-in crew."""
    try:
        landing = await read_landing(code)
    except Replaced as replaced:
        return Redirect(led_on(replaced, came_from, face), status_code=302)
    except (Invalid, NotFound, Gone) as astray:
        return answer_astray(request, astray)
    note_scan(landing.label_id, act.at)
    if landing.asset is None and face != "citizen" and act.principal.holds(Role.CREW, Role.REGISTRAR):
        return Redirect(f"/crew/labels/{landing.code}/bind", status_code=303)
    if landing.asset is None:
        return Template("public/unbound.html", context=blank_context(landing, act))
    if face != "citizen" and act.principal.holds(Role.CREW):
        return await _job(landing, act, request.query_params.get("notice", ""))
    forerunner = await read_forerunner(came_from, landing.label_id) if came_from else None
    pieces = draw_facility(landing, act, forerunner=forerunner)
    return answer_page(pieces, request.headers.get("accept-encoding", ""))


async def _job(landing: Landing, act: Act, notice: str) -> Response[Any]:
    """Today's work of this crew on this facility; straight to it where there is just one, with what was just done.

    A label that nobody has seen in its place yet is asked about first: the page of the work knows nothing of labels.
    """
    assert landing.asset is not None  # noqa: S101 - the caller has looked
    jobs = await find_jobs(landing.asset.id, act)
    if len(jobs) == 1 and landing.state != "printed":
        told = f"&notice={quote(notice, safe='')}" if notice else ""
        return Redirect(f"/crew/orders/{jobs[0].number}?asset={quote(landing.asset.code)}{told}", status_code=303)
    context = {"landing": landing, "asset": landing.asset, "code": printed(landing.code), "jobs": jobs}
    return Template("public/jobs.html", context=context)


@post(["/A/{code:str}/report", "/a/{code:str}/report"], name="report")
async def report_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Response[Any]:
    """Take a report in; what cannot be taken comes back with what was typed and what to do."""
    try:
        landing = await read_landing(code)
    except Replaced as replaced:
        return Redirect(f"/A/{replaced.successor}/report", status_code=307)
    if landing.asset is None:
        raise Invalid(N_("This label does not belong to a facility yet."), code="label_unbound")
    typed = await request.form()
    try:
        report = await _report(typed, request)
        read = await report_fault(landing.asset.id, report, act)
    except Invalid as error:
        return _again(landing, typed, error, act)
    if report.lon is not None and report.lat is not None and not report.honeypot:
        with suppress(Unavailable):  # the report stands, whatever becomes of this
            await note_sighting(landing.label_id, report.lon, report.lat, "citizen", act.at)
    return Redirect(f"/R/{read.token}?new=1", status_code=303)


async def _report(typed: Any, request: _Request) -> ReportCreate:
    uploads = [part for part in typed.getall("photo", []) if isinstance(part, UploadFile) and part.filename]
    if len(uploads) > MOST_PHOTOS:
        raise Invalid(N_("At most {most} photos."), code="too_many_photos", most=MOST_PHOTOS)
    place = read_place({name: _text(typed, name) for name in ("lon", "lat", "accuracy")})
    return ReportCreate(
        category=_text(typed, "category"),
        description=_text(typed, "description"),
        phone=_text(typed, "phone"),
        photos=[await upload.read() for upload in uploads],
        lon=place[0] if place else None,
        lat=place[1] if place else None,
        client=str(request.scope.get("client_hash", "")),
        honeypot=_text(typed, "website"),
    )


def _text(typed: Any, name: str) -> str:
    value = typed.get(name)
    return value.strip() if isinstance(value, str) else ""


def _again(landing: Landing, typed: Any, error: FacilityError, act: Act) -> Response[Any]:
    return answer_page(draw_facility(landing, act, typed=kept_fields(typed), error=error), "", 400)


@get("/R/{token:str}", name="story")
async def story_page(token: FromPath[str], act: NamedDependency[Act], new: FromQuery[str | None] = None) -> Template:
    """What became of a report."""
    story = await story_of(token)
    return Template("public/story.html", context=story_context(story, act, new=bool(new)))


@post("/R/{token:str}/{deed:str}")
async def story_deed(
    token: FromPath[str], deed: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Response[Any]:
    """Withdraw, contest or rate, by whoever holds the address."""
    typed = await request.form()
    if deed == "withdraw":
        await withdraw_request(token, act)
    elif deed == "contest":
        await contest_request(token, _text(typed, "reason"), act)
    elif deed == "rate":
        await rate_request(token, _text(typed, "stars"), act)
    else:
        raise Invalid(N_("This cannot be done here."), code="bad_deed")
    return Redirect(f"/R/{token}", status_code=303)


@get(["/", "/map"])
async def finder_page(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    near: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
) -> Template:
    """Find the nearest open facility, or type a label's code."""
    return Template("public/finder.html", context=await finder_context(act, kind, near, q))


@get("/scan")
async def typed_code(code: FromQuery[str] = "") -> Redirect:
    """A code typed by hand leads where its label leads."""
    return Redirect(f"/A/{code.strip()[:40].replace('/', '')}" if code.strip() else "/", status_code=303)


PAGES = [facility_page, label_photo, report_page, story_page, story_deed, finder_page, typed_code]
