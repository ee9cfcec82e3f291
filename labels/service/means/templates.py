"""An operator's own templates: kept as drafts, published, withdrawn; what was published once is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import to_thread

from foundation.act import Act
from foundation.database import Record, execute, fetchrow, fetchval, transaction
from foundation.errors import Conflict, NotFound, Refused, Stale
from foundation.principals import Role
from foundation.translation import N_
from labels.events import LabelTemplateDrafted, LabelTemplateLine, LabelTemplatePublished, LabelTemplateWithdrawn
from labels.queries.inventory import TemplateRead, get_revision
from labels.service.means.trial import try_template
from labels.template import files_of, read_template, stored_files
from registry.history import DISTRICT, record


async def draft_template(files: Mapping[str, bytes], act: Act) -> TemplateRead:
    """Keep a template as the draft of its key, in the place of an earlier draft; nothing is printed with it yet.

    It is read, and a specimen of it is printed and read back: some seconds. Raises Invalid that says what is wrong.
    """
    act.require(Role.REGISTRAR)
    template = await to_thread.run_sync(read_template, files, 1)
    await try_template(template)
    key = template.key
    async with transaction():
        await _one_at_a_time(key)
        revision = await fetchval("SELECT revision FROM label_template WHERE key = $1 AND state = 'draft'", key)
        if revision is None:
            revision = 1 + await fetchval("SELECT coalesce(max(revision), 0) FROM label_template WHERE key = $1", key)
        await execute(
            "INSERT INTO label_template (key, revision, state, files, created_at, created_by)"
            " VALUES ($1, $2, 'draft', $3, $4, $5) ON CONFLICT (key, revision) DO UPDATE"
            " SET files = $3, created_at = $4, created_by = $5, version = label_template.version + 1",
            key,
            revision,
            stored_files(files),
            act.at,
            act.actor,
        )
        found = await get_revision(key, revision)
        await _tell(LabelTemplateDrafted, found, act)
    return found


async def publish_template(key: str, revision: int, act: Act, *, version: int | None = None) -> TemplateRead:
    """Print with this revision from now on, a draft's or an earlier one's; the one published until now is withdrawn.

    Raises NotFound for an unknown revision, Conflict where it is published already, Stale where the draft was replaced
    since it was shown in ``version``.
    """
    act.require(Role.REGISTRAR)
    async with transaction():
        await _one_at_a_time(key)
        await _wanted(key, revision, version, "published")
        await execute(
            "UPDATE label_template SET state = 'withdrawn', version = version + 1"
            " WHERE key = $1 AND state = 'published'",
            key,
        )
        await execute(
            "UPDATE label_template SET state = 'published', published_at = $3, version = version + 1"
            " WHERE key = $1 AND revision = $2",
            key,
            revision,
            act.at,
        )
        found = await get_revision(key, revision)
        await _tell(LabelTemplatePublished, found, act)
    return found


async def withdraw_template(
    key: str, act: Act, *, revision: int | None = None, version: int | None = None
) -> TemplateRead:
    """Print with the published revision no more, or let a draft go; the template of that key that ships is used again.

    Jobs that wait name the key: they are printed with what it means when they begin, and fail with a sentence where it
    means nothing any more. Raises Refused where nothing is published, NotFound for an unknown ``revision``, Conflict
    where it is withdrawn already, Stale where it changed since ``version``.
    """
    act.require(Role.REGISTRAR)
    async with transaction():
        await _one_at_a_time(key)
        if revision is None:
            revision = await fetchval("SELECT revision FROM label_template WHERE key = $1 AND state = 'published'", key)
            if revision is None:
                raise Refused(
                    N_("No revision of an own template {key} is published, so there is nothing to withdraw."),
                    code="not_published",
                    key=key[:80],
                )
        await _wanted(key, revision, version, "withdrawn")
        await execute(
            "UPDATE label_template SET state = 'withdrawn', version = version + 1 WHERE key = $1 AND revision = $2",
            key,
            revision,
        )
        found = await get_revision(key, revision)
        await _tell(LabelTemplateWithdrawn, found, act)
    return found


async def _one_at_a_time(key: str) -> None:
    """Two uploads of one key would take the same number."""
    await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"labels.template {key}")


async def _wanted(key: str, revision: int, version: int | None, state: str) -> None:
    row: Record | None = await fetchrow(
        "SELECT state, version, files FROM label_template WHERE key = $1 AND revision = $2 FOR UPDATE", key, revision
    )
    if row is None:
        raise NotFound(
            N_("The label template {key} has no revision {revision}."),
            code="unknown_revision",
            key=key[:80],
            revision=revision,
        )
    if version is not None and version != row["version"]:
        raise Stale(N_("The template was changed in the meantime. Load the page again."))
    if row["state"] == state:
        raise Conflict(
            N_("This revision is published already.") if state == "published" else N_("It is withdrawn already."),
            code=state,
        )
    if state == "published":
        read_template(files_of(row["files"]), revision)  # kept by an older version of the program: is it one still?


async def _tell(event: type[LabelTemplateLine], found: TemplateRead, act: Act) -> None:
    line = event(template=found.key, revision=found.revision, name_zh=found.zh, name_en=found.en)
    await record(DISTRICT, line, act)
