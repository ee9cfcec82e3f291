"""What a facility kind is made of: frozen structs, filled from one TOML file for each kind."""

from registry.catalogue.schema.facts import (
    LEVELS,
    Condition,
    Data,
    Fact,
    Level,
    Named,
    NationalCode,
    Part,
)
from registry.catalogue.schema.kind import (
    Catalogue,
    Ground,
    Kind,
)
from registry.catalogue.schema.properties import (
    Attribute,
    AttributeType,
    Choice,
    ConditionLevel,
    ConditionScale,
    Grade,
    Matrix,
    Scale,
)
from registry.catalogue.schema.work import (
    ChecklistItem,
    Fault,
    Input,
    Limit,
    LimitUnit,
    Plan,
    PlanRule,
    Priority,
    PriorityClass,
)

__all__ = [
    "LEVELS",
    "Attribute",
    "AttributeType",
    "Catalogue",
    "ChecklistItem",
    "Choice",
    "Condition",
    "ConditionLevel",
    "ConditionScale",
    "Data",
    "Fact",
    "Fault",
    "Grade",
    "Ground",
    "Input",
    "Kind",
    "Level",
    "Limit",
    "LimitUnit",
    "Matrix",
    "Named",
    "NationalCode",
    "Part",
    "Plan",
    "PlanRule",
    "Priority",
    "PriorityClass",
    "Scale",
]
