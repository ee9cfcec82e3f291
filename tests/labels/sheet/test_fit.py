"""The stated rule of fitting: the first size at which a text fits whole, else an ellipsis; stacks share their room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.sheet.breaking import ELLIPSIS
from labels.sheet.fit import NOTHING, SAFE, Fitter, Setting, Slot, read_sizes, usual_sizes

TEXTS = st.text(st.sampled_from("公厕路号一二三 ABCdef 12，。（）-"), max_size=60).map(str.strip)


def ems(text: str) -> float:
    """A Han character is one em, everything else half."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in text)


def slot(field: str = "name", **more: object) -> Slot:
    plain = {
        "field": field, "width": 60.0, "height": 40.0, "size": 10.0, "line": 12.0, "line_scales": True,
        "sizes": ((1.0, 1), (0.8, 2), (0.6, 3)),
    }  # fmt: skip
    return Slot(**(plain | more))


def alone(one: Slot, text: str) -> Setting:
    return Fitter([one], [ems]).set_texts({one.field: text})[0]


def stacked(height: float, slots: list[Slot], words: dict[str, str]) -> list[Setting]:
    members = {0: list(range(len(slots)))}
    return Fitter(slots, [ems] * len(slots), {0: height}, members).set_texts(words)


def test_a_text_takes_the_first_size_at_which_it_fits_whole() -> None:
    assert alone(slot(), "公厕") == Setting(10.0, ("公厕",))
    assert alone(slot(), "解放北路公共厕所") == Setting(8.0, ("解放北路公共厕", "所"))
    assert alone(slot(), "解放北路与环城东路交叉口东北角公厕").size == 6.0


def test_the_last_size_ends_in_an_ellipsis() -> None:
    setting = alone(slot(), "公" * 400)
    assert (setting.size, len(setting.lines)) == (6.0, 3)
    assert setting.lines[-1].endswith(ELLIPSIS)
    assert not any(ELLIPSIS in line for line in setting.lines[:-1])


@given(TEXTS)
def test_no_line_is_wider_than_its_part_and_no_text_higher(text: str) -> None:
    one = slot()
    setting = alone(one, text)
    assert all(ems(line) * setting.size <= one.width * SAFE + 1e-9 for line in setting.lines)
    assert len(setting.lines) * one.line_height(setting.size or 10) <= one.height * 1.02
    assert (setting == NOTHING) == (text == "")


@given(TEXTS)
def test_nothing_is_lost_unless_an_ellipsis_says_so(text: str) -> None:
    lines = alone(slot(), text).lines
    whole = "".join(lines).replace(" ", "")
    if whole.endswith(ELLIPSIS):
        assert text.replace(" ", "").startswith(whole[:-1])
    else:
        assert whole == text.replace(" ", "")


def test_what_is_compared_letter_by_letter_is_made_small_and_never_cut() -> None:
    host = "a-very-long-name-of-a-district.example.gov.cn"
    setting = alone(slot("host", whole=True), host)
    assert setting.lines == (host,)
    assert ems(host) * setting.size == pytest.approx(60.0 * SAFE)


def test_letter_spacing_takes_room() -> None:
    assert alone(slot(), "ABCDEFGHIJK").size == 10.0
    assert alone(slot(spacing=0.2), "ABCDEFGHIJK").size < 10.0


def test_a_stack_with_room_gives_everybody_what_they_want() -> None:
    slots = [slot("kind"), slot("name"), slot("address")]
    made = stacked(100.0, slots, {"kind": "公厕", "name": "解放北路公共厕所", "address": "五马街"})
    assert [len(setting.lines) for setting in made] == [1, 2, 1]


def test_in_a_tight_stack_the_first_take_all_and_the_others_share_by_rank() -> None:
    two = ((1.0, 2),)
    slots = [
        slot("name", sizes=two, first=True), slot("english", sizes=two, rank=2), slot("address", sizes=two, rank=1),
    ]  # fmt: skip
    words = dict.fromkeys(("name", "english", "address"), "解放北路公共厕所")
    lines = {height: [len(made.lines) for made in stacked(height, slots, words)] for height in (24, 36, 48, 60, 72)}
    # Order of the slots: name, English name, address.
    assert lines == {24: [2, 0, 0], 36: [2, 0, 1], 48: [2, 1, 1], 60: [2, 1, 2], 72: [2, 2, 2]}


@given(st.integers(0, 120), TEXTS, TEXTS, TEXTS)
def test_a_stack_is_never_higher_than_its_room(height: int, one: str, two: str, three: str) -> None:
    slots = [slot("a", first=True), slot("b", rank=1), slot("c")]
    made = stacked(float(height), slots, {"a": one, "b": two, "c": three})
    used = sum(slot_.line_height(setting.size) * len(setting.lines) for slot_, setting in zip(slots, made, strict=True))
    assert used <= height * 1.0021 + 1e-9


def test_the_same_text_is_fitted_once() -> None:
    asked: list[str] = []

    def counting(text: str) -> float:
        asked.append(text)
        return ems(text)

    fitter = Fitter([slot("kind")], [counting])
    first = fitter.set_texts({"kind": "公共厕所 Public toilet"})
    before = len(asked)
    assert fitter.set_texts({"kind": "公共厕所 Public toilet"}) == first
    assert len(asked) == before > 0


def test_sizes_of_a_template_are_read() -> None:
    assert read_sizes("1 0.8/2 0.7/3") == ((1.0, 1), (0.8, 2), (0.7, 3))
    assert usual_sizes(1) == ((1.0, 1), (0.9, 1), (0.8, 1), (0.7, 1))


@pytest.mark.parametrize("text", ["", "x", "1/0", "0.8 1", "2", "0.1", "1/99", "nan", "1//2"])
def test_sizes_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="are no sizes"):
        read_sizes(text)
