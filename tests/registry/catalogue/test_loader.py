"""The operator's own kinds, and the sentences that refuse a broken one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foundation.errors import NotFound
from registry.catalogue import CatalogueRefused, load_catalogue, validate_attributes

SMART_POLE = """
key = "smart_pole"
zh = "综合杆"
en = "Smart pole"
en_plural = "Smart poles"
measure_zh = "根"
prefix = "ZHG"
icon = "utility-pole"

[provenance]
level = "J"
source = "本区约定 / agreed in the district"

[[codes]]
standard = "GBT47678-2026"
code = "01077"
name = "综合杆"
level = "B"

[[attributes]]
key = "height"
zh = "杆高"
en = "Height"
type = "num"
unit = "m"
min = 0
max = 60
required = true

[[attributes]]
key = "devices"
zh = "挂载设备"
en = "Devices"
type = "set"
values = [
    { key = "lamp", zh = "路灯", en = "Lamp" },
    { key = "camera", zh = "监控", en = "Camera" },
]

[[faults]]
key = "lamp_out"
zh = "路灯不亮"
en = "Lamp out"
priority = "P3"

[[faults]]
key = "other"
zh = "其他问题"
en = "Something else"
priority = "P4"

[[plans]]
key = "Z1"
zh = "夜间巡查"
en = "Night patrol"
rule = { freq = "monthly", monthday = 31, times = ["19:30"] }
minutes = 5
applies = [{ attribute = "devices", values = ["lamp"], unknown = true }]
checklist = [{ key = "lit", zh = "亮灯", en = "Lit" }]
"""


def _write(folder: Path, text: str, name: str = "smart_pole.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_seventh_kind_is_one_file_and_no_code(tmp_path: Path) -> None:
    found = load_catalogue(_write(tmp_path, SMART_POLE))
    assert len(found.kinds) == 7
    pole = found.kind("smart_pole")
    fault = pole.fault("lamp_out")
    assert fault is not None
    assert fault.respond is not None
    assert (fault.respond.value, fault.respond.unit) == (4, "workhour")
    assert (fault.level, fault.source) == ("J", "本区约定 / agreed in the district")
    values, problems = validate_attributes(
        pole, {"height:ft": "30", "devices": "路灯；监控", "supervising_org": "市政处"}
    )
    assert values == {"height": 9.144, "devices": ["lamp", "camera"], "supervising_org": "市政处"}
    assert problems == []


def test_every_kind_has_the_faults_of_its_label_and_an_own_one_too(tmp_path: Path) -> None:
    for kind in load_catalogue(_write(tmp_path, SMART_POLE)).kinds.values():
        assert [fault.key for fault in kind.label_faults] == ["label_wrong", "label_damaged"], kind.key
        assert not {"label_wrong", "label_damaged"} & {fault.key for fault in kind.citizen_faults}, kind.key
        for fault in kind.label_faults:
            assert (fault.priority, fault.level) == ("P4", "J")
            assert fault.fix is not None
            assert (fault.fix.value, fault.fix.unit) == (3, "workday")


def test_a_kind_may_say_a_common_fault_in_its_own_words(tmp_path: Path) -> None:
    own = """
[[faults]]
key = "label_wrong"
zh = "牌子不对"
en = "Wrong plate"
priority = "P3"
"""
    pole = load_catalogue(_write(tmp_path, SMART_POLE.replace("[[plans]]", own + "\n[[plans]]"))).kind("smart_pole")
    assert [fault.en for fault in pole.label_faults] == ["Wrong plate", "The label is damaged or hard to read"]
    assert [fault.key for fault in pole.citizen_faults] == ["lamp_out", "other"]


def test_a_common_fault_may_be_hidden_from_citizens(tmp_path: Path) -> None:
    own = """
[[faults]]
key = "label_damaged"
zh = "破损"
en = "Damaged"
priority = "P5"
citizen = false
"""
    pole = load_catalogue(_write(tmp_path, SMART_POLE.replace("[[plans]]", own + "\n[[plans]]"))).kind("smart_pole")
    assert [fault.key for fault in pole.label_faults] == ["label_wrong"]


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        load_catalogue().kind("fountain")
    assert "public_toilet" in caught.value.message("en")
    assert "fountain" in caught.value.message("zh-CN")


def _refusal(folder: Path, text: str) -> CatalogueRefused:
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(_write(folder, text))
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('type = "num"', 'type = "number"', "“height” has the unknown type “number”"),
        ('key = "devices"', 'key = "height"', "“height” stands twice in [attributes]"),
        ('key = "lamp_out"', 'key = "other"', "“other” stands twice in [faults]"),
        ('type = "set"', 'type = "str"', "“devices” has values but is neither an enum nor a set"),
        ('type = "num"', 'type = "enum"', "“height” is an enum without values"),
        ("max = 60", "max = -1", "“height” has a minimum above its maximum"),
        ('key = "height"', 'key = "lon"', "“lon” is a field of every facility already"),
        ('key = "height"', 'key = "Höhe"', "The key “Höhe” in [attributes]"),
        ('prefix = "ZHG"', 'prefix = "GC"', "public_toilet and smart_pole share the code prefix GC"),
        ('prefix = "ZHG"', 'prefix = "zhg"', "must be one to six capital letters"),
        ('key = "other"\nzh', 'key = "others"\nzh', "A fault category “other”"),
        ('priority = "P3"', 'priority = "P9"', "faults lamp_out › priority: Invalid enum value 'P9'"),
        (
            'priority = "P3"',
            'priority = "P3"\nfix = { value = 0, unit = "hour" }',
            "“lamp_out” has a time limit below one",
        ),
        ("monthday = 31", "monthday = 32", "Plan Z1: monthday must be from 1 to 31"),
        ('"19:30"', '"7:30"', "Plan Z1: times must look like 07:30"),
        ('freq = "monthly"', 'freq = "weekly"', "Plan Z1: this rule has no monthday"),
        ('{ freq = "monthly", monthday = 31, times = ["19:30"] }', '{ every = "event" }', "cannot be a default plan"),
        ('values = ["lamp"]', 'values = ["lamps"]', "names the value “lamps”"),
        ('attribute = "devices"', 'attribute = "device"', "names the attribute “device”"),
        ('en = "Lit" }', 'en = "Lit", gate = true, required = false }', "the gate “lit” must be required"),
        ('en = "Camera"', 'en = "Lamp"', "“lamp” means two values of the attribute “devices”"),
        ("minutes = 5", 'minutes = 5\ngates = ["caves"]', "shared checklist “caves”"),
        ("minutes = 5", 'minutes = "5"', "plans Z1 › minutes: Expected `int`, got `str`"),
        ('measure_zh = "根"', 'mesure_zh = "根"', "unknown field `mesure_zh`"),
        ('key = "smart_pole"', 'key = "public_toilet"', "exists already"),
        ("[provenance]", "[provenance", "It cannot be read"),
    ],
)
def test_a_mistake_has_a_sentence_with_its_file(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in SMART_POLE
    refusal = _refusal(tmp_path, SMART_POLE.replace(old, new, 1))
    assert sentence in refusal.message("en")
    assert "smart_pole" in refusal.message("en")
    chinese = refusal.message("zh-CN")
    assert chinese != refusal.message("en")
    assert re.search(r"[\u4e00-\u9fff]", chinese)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, SMART_POLE.replace("max = 60", "max = -1").replace('"19:30"', '"7"'))
    _write(tmp_path, "key = 3", "broken.toml")
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(tmp_path)
    assert len(caught.value.problems) == 3
    assert "broken.toml: " in str(caught.value)


def test_an_operator_may_replace_a_shipped_kind(tmp_path: Path) -> None:
    text = "override = true\n" + SMART_POLE.replace('key = "smart_pole"', 'key = "garbage_room"')
    found = load_catalogue(_write(tmp_path, text))
    assert len(found.kinds) == 6
    assert found.kind("garbage_room").zh == "综合杆"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueRefused, match="There is no folder"):
        load_catalogue(tmp_path / "nowhere")


def test_the_example_of_the_guide_loads(tmp_path: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "catalogue.md"
    example = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert load_catalogue(_write(tmp_path, example)).kind("smart_pole").attribute("height") is not None
