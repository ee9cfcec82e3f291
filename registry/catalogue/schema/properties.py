"""Attributes and the scales of condition."""

from __future__ import annotations

from typing import Literal

from registry.catalogue.schema.facts import Data, Fact, Named

AttributeType = Literal["str", "int", "num", "bool", "date", "time_range", "enum", "set", "ref", "file"]


class Choice(Data, frozen=True, kw_only=True):
    """One value of an enum or a set; ``aliases`` are other spellings found in data from elsewhere."""

    key: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


class Attribute(Named, frozen=True, kw_only=True):
    """A typed property. ``unit`` is the one in which values are kept; ``min`` and ``max`` are what can be at all,
    ``likely_max`` what is believable without a second look.

    ``column`` names the column of the asset that holds it; without one the value stands in the asset's attributes.
    """

    type: AttributeType
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    likely_max: float | None = None
    max_length: int = 200
    pattern: str | None = None
    values: tuple[Choice, ...] = ()
    required: bool = False
    public: bool = False
    multiple: bool = False
    expires: bool = False
    column: str | None = None
    aliases: tuple[str, ...] = ()

    def choice(self, key: str) -> Choice | None:
        """The value with this key."""
        return next((one for one in self.values if one.key == key), None)


class Grade(Data, frozen=True, kw_only=True):
    """One step of a scale, from ``min`` up to but not including ``below``; ``condition`` is the rating it means."""

    key: str
    zh: str
    en: str
    min: float | None = None
    below: float | None = None
    condition: int | None = None
    treatment_zh: str = ""
    treatment_en: str = ""


class Scale(Named, frozen=True, kw_only=True):
    """A grading of the kind's own, kept alongside the common condition rating."""

    attribute: str | None = None
    grades: tuple[Grade, ...]

    def grade_of(self, value: float) -> Grade | None:
        """The grade in which a measured value lies."""
        fits = (g for g in self.grades if (g.min is None or value >= g.min) and (g.below is None or value < g.below))
        return next(fits, None) if any(g.min is not None or g.below is not None for g in self.grades) else None


class Matrix(Named, frozen=True, kw_only=True):
    """Two judgements that make a third: ``cells[row][column]``."""

    row: str
    column: str
    result: str
    cells: dict[str, dict[str, str]]


class ConditionLevel(Data, frozen=True, kw_only=True):
    """One level of the common condition rating, 1 excellent to 5 critical; scores are whole points of 100."""

    rating: int
    zh: str
    en: str
    score_min: int
    score_max: int
    meaning_zh: str
    meaning_en: str
    follow_up_zh: str
    follow_up_en: str


class ConditionScale(Fact, frozen=True, kw_only=True):
    """How the condition of a kind is rated: the common levels, and what the kind adds."""

    levels: tuple[ConditionLevel, ...] = ()
    scales: tuple[Scale, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    note_zh: str = ""
    note_en: str = ""
