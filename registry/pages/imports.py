"""Import a file from the desk: look first, then write; any batch can be taken back."""

import tempfile
from pathlib import Path
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Invalid, NotFound
from foundation.principals import Role
from foundation.translation import N_, pick
from registry.catalogue import catalogue
from registry.importing import ImportOptions, ImportResult, import_file, undo_import
from registry.importing.mapping import parse_pair
from registry.pages.assets import kind_options
from registry.queries import find_import_batches

_Request = Request[Any, Any, Any]


@get("/desk/imports")
async def imports_page(act: NamedDependency[Act]) -> Template:
    """The form and what was imported before."""
    act.require_staff()
    return await _page(act, {})


@post("/desk/imports")
async def import_page(request: _Request, act: NamedDependency[Act]) -> Template:
    """A dry run shows what would happen; the same form then writes."""
    typed = await request.form()
    upload = typed.get("file")
    try:
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise Invalid(N_("Choose a file."), code="no_file")
        result = await _import(upload, typed, act)
    except (Invalid, NotFound) as error:
        return await _page(act, dict(typed), error=error.message(act.lang), status=400)
    return await _page(act, dict(typed), result=result)


async def _import(upload: UploadFile, typed: Any, act: Act) -> ImportResult:
    options = ImportOptions(
        kind=str(typed.get("kind", "")),
        pairs=[parse_pair(line) for line in str(typed.get("map", "")).splitlines() if line.strip()],
        key=str(typed.get("key", "")).strip() or None,
        crs=str(typed.get("crs", "")) or "wgs84",
        encoding=str(typed.get("encoding", "")).strip() or None,
        strict=typed.get("strict") == "1",
        dry_run=typed.get("act") != "write",
        file_name=Path(upload.filename).name[:200],
    )
    suffix = Path(upload.filename).suffix[:12]
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(await upload.read())
        file.flush()
        return await import_file(Path(file.name), options, act)


@post("/desk/imports/{batch:int}/undo")
async def undo_page(batch: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """Take a batch back as far as nobody has worked on it since."""
    await undo_import(batch, act)
    return Redirect("/desk/imports?notice=undone", status_code=303)


async def _page(
    act: Act, typed: dict[str, Any], *, result: ImportResult | None = None, error: str = "", status: int = 200
) -> Template:
    kinds = catalogue().kinds
    problems = [p.read(act.lang) for p in result.problems.first()[:200]] if result else []
    return Template(
        "registry/imports.html",
        status_code=status,
        context={
            "typed": {name: value for name, value in typed.items() if isinstance(value, str)},
            "error": error,
            "result": result,
            "problems": problems,
            "written": bool(result and result.batch),
            "same": bool(result and typed.get("act") == "write" and not result.batch and not result.refused),
            "batches": await find_import_batches(),
            "kinds": kind_options(act.lang),
            "kind_names": {k: pick(act.lang, v.zh, v.en) for k, v in kinds.items()},
            "may_import": act.principal.holds(Role.REGISTRAR),
        },
    )


IMPORT_PAGES = [imports_page, import_page, undo_page]
