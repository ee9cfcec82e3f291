"""``facility labels template``: bring a template, see what it prints, list what there is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.parser import Group
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from app.commands.writing import replacing
from foundation.errors import Invalid
from foundation.translation import N_, pick

if TYPE_CHECKING:
    from labels.queries.inventory import TemplateRead


def add(labels: Group) -> None:
    """Tell the command line what there is, in the group ``labels``."""
    template = labels.group("template", N_("what labels look like"))
    bring = template.add("add", N_("try a template and keep it as a draft"), bring_template)
    bring.takes("folder", type=Path, metavar="FOLDER", help=N_("its manifest.toml, label.html, label.css and pictures"))
    bring.takes("--publish", action="store_true", help=N_("print with it from now on")).json()
    show = template.add("preview", N_("print a specimen of a template without keeping it"), preview)
    show.takes("folder", type=Path, metavar="FOLDER", help=N_("its manifest.toml, label.html, label.css and pictures"))
    show.takes("--out", required=True, type=Path, metavar="FILE.pdf", help=N_("the file to write"))
    show.takes("--stock", default="", metavar="STOCK", help=N_("the stock (the first that suits)"))
    show.takes("--codes", type=Path, metavar="FILE", help=N_("those whose codes stand in a file, one a line"))
    template.add("list", N_("list the templates and their revisions"), list_).json()


def bring_template(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Keep a folder as a draft, and publish it where that is asked."""

    async def work() -> TemplateRead:
        from labels.service.means import draft_template, publish_template
        from labels.template import read_folder

        act = terminal.act()
        made = await draft_template(read_folder(arguments.folder), act)
        return await publish_template(made.key, made.revision, act) if arguments.publish else made

    made = run_with_database(work)
    if arguments.json:
        terminal.json(_plain(made))
    kept = N_("The template {key} is kept as a draft, revision {revision}. Publish it to print with it.")
    used = N_("Labels of the template {key} are printed with revision {revision} from now on.")
    terminal.say(used if arguments.publish else kept, key=made.key, revision=made.revision)
    return 0


def preview(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """A specimen of a folder: nothing is kept, issued or marked as printed."""

    async def work() -> bytes:
        from labels.service.means import preview_files
        from labels.template import read_folder

        codes = read_codes(arguments.codes) if arguments.codes else ()
        return await preview_files(read_folder(arguments.folder), arguments.stock, codes, terminal.act())

    with replacing(arguments.out) as partial:
        partial.write_bytes(run_with_database(work))
    terminal.say(N_("A specimen stands in {file}. Nothing was kept or issued."), file=arguments.out)
    return 0


def list_(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Every revision, a line for each."""

    async def work() -> list[TemplateRead]:
        from labels.queries.inventory import find_revisions

        return await find_revisions()

    found = run_with_database(work)
    if arguments.json:
        terminal.json({"items": [_plain(one) for one in found]})
        return 0
    for one in found:
        used = " *" if one.in_use else ""
        terminal.write(f"{one.key}\t{one.revision}\t{one.state}{used}\t{pick(terminal.lang, one.zh, one.en)}")
    terminal.say(N_("* is what labels are printed with."))
    return 0


def read_codes(file: Path) -> tuple[str, ...]:
    """The codes in a file, one a line. Raises Invalid for a file that is no text or holds none."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Invalid(N_("{file} is not a text file."), code="not_text", file=file) from error
    codes = tuple(code for line in lines if (code := line.strip()))
    if not codes:
        # Without this guard no code at all would mean every facility.
        raise Invalid(N_("{file} holds no code."), code="no_labels", file=file)
    return codes


def _plain(one: TemplateRead) -> dict[str, object]:
    return {
        "key": one.key,
        "revision": one.revision,
        "state": one.state,
        "in_use": one.in_use,
        "zh": one.zh,
        "en": one.en,
    }
