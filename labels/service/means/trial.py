"""A template is tried before it is kept: a specimen is pressed and read back, in a process with an end to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from foundation.errors import FacilityError, Invalid
from foundation.scratch import scratch_folder
from foundation.settings import current_settings
from foundation.translation import N_, Lang
from labels.press import Printed, PrintOrder
from labels.press.child import press_apart, task_for
from labels.press.spool import Spool, Spooled
from labels.queries.inventory import known_stocks, suiting
from labels.service.means.specimen import specimen_label, specimen_order
from labels.stock import Stock
from labels.template import Template
from labels.template.binding import ATTRIBUTE
from registry.catalogue import Kind, catalogue

TRIAL_SECONDS: Final = 90
# So many kinds of stock are tried, for one may be too small for a template that suits the next; each takes seconds.
MOST_TRIALS: Final = 3
# What may go well on another stock.
_OF_THE_STOCK: Final = frozenset({"not_proved", "template_overflow", "template_size", "symbol_too_dense"})


class DoesNotScanError(Invalid):
    """A specimen was printed and did not read back; the findings say why."""

    code = "not_proved"

    def message(self, lang: Lang) -> str:
        """The sentence, and the first finding."""
        return f"{super().message(lang)} {self.findings[0][lang[:2]]}" if self.findings else super().message(lang)


async def try_template(template: Template) -> Stock:
    """The first stock on which the template prints a label that scans.

    Takes some seconds. Raises Invalid: what the template asks for that it cannot have, a stock that none is for it,
    DoesNotScanError where the code on the specimen is not read.
    """
    check_catalogue(template)
    fitting = suiting(template, await known_stocks())
    if not fitting:
        raise Invalid(
            N_(
                "No stock has labels of the template's size. Add the stock first, or change the sizes in manifest.toml."
            ),
            code="template_size",
        )
    refused: FacilityError | None = None
    for stock in _unlike(fitting.values()):
        try:
            await press_specimen(specimen_order(template, stock), [specimen_label(template.bound.fields)])
        except FacilityError as error:
            refused = refused or error
            if error.code not in _OF_THE_STOCK:
                break
        else:
            return stock
    assert refused is not None  # noqa: S101 - there is a stock, and it was tried
    raise _told(refused)


def _unlike(stocks: Iterable[Stock]) -> list[Stock]:
    """A few stocks of different labels."""
    found = {(stock.label_width, stock.label_height, stock.dpi): stock for stock in reversed(list(stocks))}
    return list(reversed(found.values()))[:MOST_TRIALS]


def _told(error: FacilityError) -> FacilityError:
    """The press's own refusal of a job, as one of a template."""
    if error.code != "not_proved":
        return error
    text = N_("The code on a label of this template cannot be relied on, so it is not kept.")
    return DoesNotScanError(text, findings=error.findings)


def check_catalogue(template: Template) -> None:
    """Kinds and attributes that the catalogue does not have would leave fields empty on every label. Raises Invalid."""
    kinds = catalogue().kinds
    for key in template.manifest.kinds:
        if key not in kinds:
            raise Invalid(
                N_("The manifest names the kind {kind}. The kinds are: {kinds}."),
                code="bad_manifest",
                kind=key[:80],
                kinds=", ".join(kinds),
            )
    public = {f"attribute.{key}" for kind in kinds_of(template) for key in _public(kind)}
    for name in template.bound.fields:
        if ATTRIBUTE.fullmatch(name) and name.removesuffix(".en") not in public:
            raise Invalid(
                N_("No kind has the public attribute {name}, so the field would be empty on every label."),
                code="template_field",
                name=name,
            )


def kinds_of(template: Template) -> list[Kind]:
    """The kinds that the template is for, all of the catalogue where it names none."""
    wanted = template.manifest.kinds
    return [kind for key, kind in catalogue().kinds.items() if not wanted or key in wanted]


def _public(kind: Kind) -> list[str]:
    return [attribute.key for attribute in kind.attributes if attribute.public]


async def press_specimen(order: PrintOrder, labels: list[Spooled], out: Path | None = None) -> Printed:
    """Press and read back in a process of its own. Raises as ``press_apart`` does; Invalid where it takes too long."""
    with scratch_folder() as folder:
        spool = Spool(folder / "spool")
        spool.append(labels)
        made = out or folder / "specimen.pdf"
        task = task_for(order, order.template.files, spool.path, len(labels), made, current_settings().files_dir)
        try:
            async with asyncio.timeout(TRIAL_SECONDS):
                return await press_apart(task)
        except TimeoutError as error:
            raise Invalid(
                N_("The template takes more than {seconds} seconds to print a label: make it simpler."),
                code="template_too_much",
                seconds=TRIAL_SECONDS,
            ) from error
