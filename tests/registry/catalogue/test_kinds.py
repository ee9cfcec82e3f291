"""The six kinds that ship: complete, sourced, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.catalogue import Kind, catalogue
from registry.catalogue.schema import LEVELS, Choice, Fact, Named

KINDS = ("public_toilet", "love_station", "garbage_room", "transfer_station", "street_tree", "pedestrian_bridge")
PREFIXES = ("GC", "AX", "LF", "ZZ", "XDS", "TQ")
PLANS = {"T": 10, "L": 8, "G": 8, "S": 10, "R": 11, "B": 11}
HAN = re.compile(r"[\u4e00-\u9fff]")
ICONS = Path(__file__).parents[3] / "node_modules" / "lucide-static" / "icons"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return catalogue().kind(request.param)


def test_six_kinds_in_order() -> None:
    assert tuple(catalogue().kinds) == KINDS
    assert tuple(kind.prefix for kind in catalogue().kinds.values()) == PREFIXES


def _facts(kind: Kind) -> Iterator[Fact]:
    yield kind
    yield kind.condition
    for group in (kind.codes, kind.parts, kind.attributes, kind.faults, kind.plans):
        yield from group
    yield from kind.condition.scales
    yield from kind.condition.matrices
    for plan in kind.plans:
        yield from plan.checklist


def test_every_fact_has_its_provenance(kind: Kind) -> None:
    for fact in _facts(kind):
        assert fact.level in LEVELS, fact
        assert fact.source, fact


def test_names_stand_in_both_languages(kind: Kind) -> None:
    named: list[Named | Choice] = [
        *kind.attributes,
        *kind.faults,
        *kind.plans,
        *kind.parts,
        *(i for p in kind.plans for i in p.checklist),
    ]
    named += [choice for attribute in kind.attributes for choice in attribute.values]
    for one in named:
        assert one.zh.strip(), one
        assert one.en.strip(), one
        assert not HAN.search(one.en), one
        assert HAN.search(one.zh) or one.zh == "BCI", one


def test_citizens_read_no_jargon_in_english(kind: Kind) -> None:
    for fault in kind.citizen_faults:
        assert len(fault.en) <= 60, fault.en
        assert len(fault.zh) <= 20, fault.zh


def test_every_fault_has_limits_and_the_last_is_other(kind: Kind) -> None:
    for fault in kind.faults:
        assert fault.respond or "respond" in fault.without, fault.key
        assert fault.fix or "fix" in fault.without, fault.key
        assert fault.respond or fault.fix, fault.key
    assert kind.citizen_faults[-1].key == "other"
    assert kind.citizen_faults[-1].zh.startswith("其他")


def test_safety_faults_run_day_and_night(kind: Kind) -> None:
    for fault in kind.faults:
        if fault.priority in {"P1", "P2"}:
            for limit in (fault.respond, fault.fix, fault.make_safe):
                assert limit is None or limit.unit in {"minute", "hour", "day"}, fault.key


def test_emergencies_tell_citizen_and_crew_what_to_do(kind: Kind) -> None:
    for fault in kind.faults:
        assert bool(fault.advice_zh) == bool(fault.advice_en), fault.key
        assert bool(fault.first_step_zh) == bool(fault.first_step_en), fault.key
        if fault.priority == "P1" and fault.citizen:
            assert fault.advice_zh, fault.key
            assert fault.first_step_zh, fault.key


@pytest.mark.parametrize(
    ("kind_key", "fault", "number"),
    [
        ("public_toilet", "privacy", "110"),
        ("garbage_room", "fire", "119"),
        ("transfer_station", "fire", "119"),
        ("pedestrian_bridge", "lift_entrapment", "96333"),
    ],
)
def test_the_right_number_to_call(kind_key: str, fault: str, number: str) -> None:
    found = catalogue().kind(kind_key).fault(fault)
    assert found is not None
    assert number in found.advice_zh
    assert number in found.advice_en


def test_icons_exist(kind: Kind) -> None:
    if not ICONS.is_dir():
        pytest.skip("node modules are not installed")
    for name in (kind.icon, *(fault.icon for fault in kind.faults)):
        assert (ICONS / f"{name}.svg").is_file(), name


def test_plans_are_complete() -> None:
    keys = {plan.key for kind in catalogue().kinds.values() for plan in kind.plans}
    for letter, count in PLANS.items():
        assert {f"{letter}{number}" for number in range(1, count + 1)} <= keys


def test_plans_that_wait_for_an_event_are_not_adopted(kind: Kind) -> None:
    for plan in kind.plans:
        assert plan.rule.periodic or not plan.default, plan.key
        assert plan.minutes > 0


def test_confined_spaces_have_their_gates() -> None:
    for kind, plan in (
        ("public_toilet", "T6"),
        ("public_toilet", "T6A"),
        ("garbage_room", "G6"),
        ("transfer_station", "S10"),
    ):
        found = catalogue().kind(kind).plan(plan)
        assert found is not None
        gates = [item.key for item in found.checklist if item.gate]
        assert gates[:6] == ["permit", "attendant", "ventilated", "gas_oxygen", "gas_h2s", "gas_explosive"]
        assert [item.gate for item in found.checklist[: len(gates)]] == [True] * len(gates)


def test_full_clean_is_the_ten_item_standard() -> None:
    plan = catalogue().kind("public_toilet").plan("T1")
    assert plan is not None
    assert [item.zh[:3] for item in plan.checklist] == [
        "地面净", "墙壁净", "厕位净", "周边净", "无溢流", "无蚊蝇", "无臭味", "水通", "电通", "灯明",
    ]  # fmt: skip
    assert plan.rule.times == ("07:00", "13:00")


def test_codes_are_never_padded_with_zeros(kind: Kind) -> None:
    for code in kind.codes:
        assert code.code is None or re.fullmatch(r"\d{5}" if code.standard == "GBT47678-2026" else r"\d{4}", code.code)
        assert (code.code is None) <= code.local_extension
    old = {code.code for code in kind.codes if code.standard == "CJT214" and code.code}
    new = {code.code for code in kind.codes if code.standard != "CJT214" and code.code}
    if kind.key == "pedestrian_bridge":
        assert (old, new) == ({"0205"}, {"02006"})


def test_the_code_follows_from_the_attributes() -> None:
    tree = catalogue().kind("street_tree")
    for attributes, code in (
        ({}, "04002"),
        ({"location_context": "park"}, "04003"),
        ({"location_context": "park", "heritage_grade": "first"}, "04001"),
    ):
        found = tree.code_for("GBT47678-2026", attributes)
        assert found is not None
        assert found.code == code


def test_pruning_spares_heritage_trees() -> None:
    tree = catalogue().kind("street_tree")
    for key in ("R3", "R4", "R5"):
        plan = tree.plan(key)
        assert plan is not None
        assert not plan.applies_to(
            {"heritage_grade": "first", "deciduous": "deciduous" if key == "R3" else "evergreen"}
        )
    heritage = tree.plan("R11")
    assert heritage is not None
    assert heritage.applies_to({"heritage_grade": "notable"})
    assert not heritage.applies_to({})


def test_lift_service_is_for_bridges_with_lifts() -> None:
    plan = catalogue().kind("pedestrian_bridge").plan("B5")
    assert plan is not None
    assert (plan.rule.freq, plan.rule.interval) == ("daily", 15)
    assert [plan.applies_to({"lifts": lifts}) for lifts in (0, 1, 4)] == [False, True, True]
    assert not plan.applies_to({})


@pytest.mark.parametrize(
    ("bci", "letter", "rating"),
    [
        (100, "A", 1),
        (90, "A", 1),
        (89.9, "B", 2),
        (80, "B", 2),
        (66, "C", 3),
        (65.99, "D", 4),
        (50, "D", 4),
        (0, "E", 5),
    ],
)
def test_bridge_grades(bci: float, letter: str, rating: int) -> None:
    (scale,) = catalogue().kind("pedestrian_bridge").condition.scales
    grade = scale.grade_of(bci)
    assert grade is not None
    assert (grade.key, grade.condition) == (letter, rating)


def test_common_condition_covers_every_score_once() -> None:
    levels = catalogue().kind("public_toilet").condition.levels
    scores = sorted(s for level in levels for s in range(level.score_min, level.score_max + 1))
    assert scores == list(range(101))
    assert [level.zh for level in levels] == ["优", "良", "中", "差", "危"]


def test_tree_risk_matrices_are_whole() -> None:
    likelihood, rating = catalogue().kind("street_tree").condition.matrices
    assert likelihood.cells["imminent"]["high"] == "very_likely"
    assert rating.cells["very_likely"]["severe"] == "extreme"
    assert (likelihood.level, rating.level) == ("B", "M")
    for matrix in (likelihood, rating):
        assert [len(cells) for cells in matrix.cells.values()] == [4, 4, 4, 4]


def test_the_common_attributes_belong_to_every_kind(kind: Kind) -> None:
    keys = {attribute.key for attribute in kind.attributes}
    assert {"built_on", "owner_org", "remark", "photos", "merged_into"} <= keys
    assert not keys & {"code", "name", "lon", "lat", "status", "condition"}
    assert {"code", "name", "lon", "lat", "status", "condition"} <= {c.key for c in catalogue().columns}


def test_a_kind_is_json() -> None:
    data = catalogue().kind("public_toilet").to_json()
    assert data["faults"][0]["respond"] == {"value": 1, "unit": "hour"}
    assert data["plans"][0]["rule"] == {"freq": "daily", "times": ["07:00", "13:00"]}
