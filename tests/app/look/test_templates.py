"""The layouts and components: both languages complete, nothing a strict policy refuses, every control labelled."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from foundation.translation import Lang, chinese, translate

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "app" / "templates"
OURS = sorted([*(TEMPLATES / "layout").glob("*.html"), *(TEMPLATES / "components").glob("*.html")])
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SENTENCE = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')""")
IMPORTS = """{% import "components/form.html" as form with context %}
{% import "components/show.html" as show with context %}
{% import "components/list.html" as list with context %}"""


def draw(source: str, lang: Lang = "en", **values: object) -> str:
    """A page of our layouts and components, with the plainest possible surroundings."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)

    def say(msgid: str) -> str:
        return translate(lang, msgid)

    environment.globals.update(
        _=say,
        lang=lang,
        now=NOW,
        asset_url=lambda name: f"/static/{name}",
        icon=lambda name: Markup('<svg class="{}"></svg>').format(name),
        inline_css=lambda _: Markup("body{}"),
        settings_title="T",
    )
    environment.filters.update(ago=str, localtime=str, day=str, number=str)
    return environment.from_string(source.replace("IMPORTS", IMPORTS)).render(values)


class Page(HTMLParser):
    """What a browser would make of it, as far as the tests ask."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_every_sentence_has_its_chinese(path: Path) -> None:
    said = {one or other for one, other in SENTENCE.findall(path.read_text())}
    assert said <= chinese().keys()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_nothing_that_a_strict_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", text)
    assert all(re.search(r"\ssrc=", script) for script in re.findall(r"<script[^>]*>", text))
    assert all(path.stem == "citizen" for _ in re.findall(r"<style", text))


FORM = """IMPORTS
{{ form.field("n", "N", "<7>", hint="h", error="e", unit="cm", type="number") }}
{{ form.textarea("t", "T", required=True) }}{{ form.select("s", "S", [("1", "one"), ("2", "two")], 2, blank="-") }}
{{ form.tiles("c", "C", [{"value": "a", "text": "A", "icon": "wind"}, ("b", "B")], "b", error="tap") }}
{{ form.radios("r", "R", [("x", "X"), ("y", "Y")], "x") }}{{ form.checkboxes("k", "K", [(1, "X"), (2, "Y")], [2]) }}
{{ form.checkbox("o", "O", True, hint="h") }}{{ form.photo_picker() }}{{ form.file_picker("f", "F") }}
{{ form.check_row("step", "S", value="s1", gate=True) }}{{ form.number_row("lv", "L", "cm", 3, 0, 80, error="e") }}"""


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_control_has_a_label_and_every_note_is_tied(lang: Lang) -> None:
    page = Page(draw(FORM, lang))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    labels = {label["for"] for label in page.all("label")}
    assert len(ids) == len(set(ids))
    assert {control["id"] for control in page.all("input", "textarea", "select")} == labels
    for _, attributes in page.tags:
        assert set((attributes.get("aria-describedby") or "").split()) <= set(ids)


def test_values_are_escaped_and_choices_are_kept() -> None:
    html = draw(FORM)
    page = Page(html)
    assert "<7>" not in html
    assert "&lt;7&gt;" in html
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["2"]
    assert [box["value"] for box in page.all("input") if "checked" in box] == ["b", "x", "2", "1"]


def test_an_error_in_the_summary_leads_to_its_control() -> None:
    errors = [{"field": "c", "text": "tap"}, {"field": "n", "text": "e"}]
    page = Page(draw(FORM + "{{ form.error_summary(errors) }}", errors=errors))
    ids = {attributes.get("id") for _, attributes in page.tags}
    links = [link["href"] or "" for link in page.all("a")]
    assert links == ["#f-c", "#f-n"]
    assert {link.removeprefix("#") for link in links} <= ids


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(minutes=80), "剩 1 小时 20 分"),
        (timedelta(minutes=-5), "超期 5 分钟"),
        (timedelta(days=3, hours=4), "剩 3 天 4 小时"),
    ],
)
def test_a_deadline_says_what_is_left(left: timedelta, said: str) -> None:
    assert said in draw("IMPORTS{{ show.deadline(at) }}", "zh-CN", at=NOW + left)


@pytest.mark.parametrize(("rating", "word"), [(1, "优"), (2, "良"), (3, "中"), (4, "差"), (5, "危")])
def test_a_condition_has_number_word_and_bars(rating: int, word: str) -> None:
    html = draw("IMPORTS{{ show.condition(rating) }}", "zh-CN", rating=rating)
    assert f"{rating} {word}" in html
    assert html.count('class="on"') == rating


@pytest.mark.parametrize("face", ["citizen", "crew", "desk", "message"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_layout_stands_alone(face: str, lang: Lang) -> None:
    source = f'{{% extends "layout/{face}.html" %}}{{% block title %}}W{{% endblock %}}'
    page = Page(draw(source, lang))
    assert page.all("html")[0]["lang"] == lang
    assert [main["id"] for main in page.all("main")] == ["main"]


def test_panes_and_docks_are_drawn_once_and_only_when_filled() -> None:
    desk = '{% extends "layout/desk.html" %}{% block aside %}{{ word }}{% endblock %}'
    assert draw(desk, word="pane-words").count("pane-words") == 1
    assert 'class="pane"' not in draw(desk, word="")
    crew = '{% extends "layout/crew.html" %}{% block dock %}{{ word }}{% endblock %}'
    assert draw(crew, word="dock-words").count("dock-words") == 1
    assert 'class="dock"' not in draw(crew, word="")
