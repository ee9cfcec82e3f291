"""Binding: fields alone or at the end of a line, one symbol, and nothing that is run."""

from __future__ import annotations

import contextlib
import time

import pytest

from foundation.errors import Invalid
from labels.template import bind, read_manifest, read_template
from labels.template.binding import SAMPLE
from labels.template.source import LARGEST_TEXT, NEEDED

SYMBOL = '<div class="qr" data-symbol></div>'
MANIFEST = 'key = "mine"\nzh = "我的"\nen = "Mine"\n'


def refusal(html: str) -> Invalid:
    with pytest.raises(Invalid) as refused:
        bind(html)
    assert refused.value.message("zh-CN") != refused.value.message("en")
    return refused.value


def test_a_field_alone_in_its_element_is_that_element() -> None:
    bound = bind(f'{SYMBOL}<p class="name" data-lines="2">\n {{{{ name }}}} </p>')
    assert bound.fields == ("name",)
    assert f'<p class="name" data-lines="2" data-field="name">{SAMPLE}</p>' in bound.sample()


def test_a_field_in_a_line_is_an_element_of_its_own() -> None:
    bound = bind(f"{SYMBOL}<p>地址：{{{{address}}}}</p>")
    assert f'<p>地址：<span data-field="address">{SAMPLE}</span></p>' in bound.sample()


def test_single_braces_are_ordinary_text() -> None:
    assert "<p>{ name }</p>" in bind(f"{SYMBOL}<p>{{ name }}</p>").sample()


def test_holes_are_filled_in_order() -> None:
    bound = bind(f"{SYMBOL}<p>{{{{ name }}}}</p><p>{{{{ attribute.open_hours }}}}</p><b>{{{{ name }}}}</b>")
    assert bound.fields == ("name", "attribute.open_hours")
    assert bound.texts == 3
    filled = bound.filled(lambda sort, number: f"[{sort}{number}]" if sort in "cq" else "")
    assert filled == (
        '<div class="qr" data-symbol>[q0]</div><p data-field="name">[c0]</p>'
        '<p data-field="attribute.open_hours">[c1]</p><b data-field="name">[c2]</b>'
    )


@pytest.mark.parametrize(
    "html",
    [
        "{% for i in range(999999999) %}x{% endfor %}",
        "{% include 'label.html' %}",
        "{# a note #}",
        "<p>{%- if name -%}x{%- endif -%}</p>",
    ],
)
def test_there_are_no_commands(html: str) -> None:
    assert refusal(SYMBOL + html).code == "template_command"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=x>",
        "<link rel=stylesheet href=http://evil.example/x.css>",
        "<base href=//evil.example>",
        '<iframe src="x"></iframe>',
        '<object data="file:///etc/passwd"></object>',
        '<img onerror="x" src="y">',
        '<p data-field="name"></p>',
        "<style>p { color: red }</style>",
        '<p style="color: red">{{ name }}</p>',
    ],
)
def test_there_is_nothing_that_runs_or_reaches_out(html: str) -> None:
    assert refusal(SYMBOL + html).code == "template_element"


@pytest.mark.parametrize(
    "html",
    [
        "<p>{{ nome }}</p>",
        "<p>{{ 7 * 7 }}</p>",
        "<p>{{ name.__class__ }}</p>",
        "<p>{{ name | upper }}</p>",
        "<p>{{ }}</p>",
        "<p>}}</p>",
        "<p>{{ name </p>",
        "<p>{{ attribute.Öffnung }}</p>",
        "".join(f"<p>{{{{ attribute.a{number} }}}}</p>" for number in range(41)),
    ],
)
def test_a_field_is_one_of_those_there_are(html: str) -> None:
    assert refusal(SYMBOL + html).code == "template_field"


@pytest.mark.parametrize(
    "html", ["", SYMBOL * 2, "<div data-symbol>x</div>", f"{SYMBOL}<i data-photo></i><i data-photo></i>"]
)
def test_there_is_one_symbol_and_at_most_one_photo(html: str) -> None:
    assert refusal(html).code == "template_symbol"


# What is read over and over again where a pattern may end in many places; each fills a file to its limit.
REPEATED = [
    "<a ", "<a", "<", "< ", "{{ ", "{{", "{{ name ", "<p>", "<p> ", "<p>{{ name }}", "<p>{{ name }} ",
    "data-symbol ", "<i data-symbol ", "<i data-photo></", " on", " ona", " data-field ", "<a onb", "</", " style ",
]  # fmt: skip
BEGUN = ["", "<", "<a ", "</", "{{", "{{ name", "<p>", "<p>{{ name }}", "<i data-symbol", "<i data-symbol>", "<a on"]


def _seconds(html: str) -> float:
    """The computer's time for refusing it, or for taking it."""
    found = []
    for _ in range(3):
        start = time.process_time()
        with contextlib.suppress(Invalid):
            bind(html)
        found.append(time.process_time() - start)
    return min(found)


@pytest.mark.parametrize(
    ("begun", "repeated"), [("", text) for text in REPEATED] + [(start, text) for start in BEGUN for text in (" ", "a")]
    + [("<a ", text) for text in REPEATED] + [("<i data-symbol ", text + ">") for text in ("data-symbol ", "a ")]
)  # fmt: skip
def test_four_times_the_file_takes_some_four_times_as_long(begun: str, repeated: str) -> None:
    """A pattern that looks at everything again from everywhere would take sixteen times as long."""
    small, large = (begun + repeated * (size // len(repeated)) for size in (LARGEST_TEXT // 8, LARGEST_TEXT // 2))
    assert _seconds(large) < 9 * max(_seconds(small), 0.002)


@pytest.mark.parametrize(
    "html",
    [
        '<p title="a<b" onclick="x">',
        "<b <i\nsrcdoc = x>",
        "<  /  script>",
        "< script>",
        "</ \n iframe",
        "<a <a data-field=name>",
    ],
)
def test_what_is_forbidden_is_found_behind_anything(html: str) -> None:
    assert refusal(SYMBOL + html).code == "template_element"


def test_the_place_of_the_symbol_may_have_other_attributes() -> None:
    bound = bind('<i></i><div class="a" data-symbol id="b" >\n</div ><b data-photo></b>')
    assert bound.photos == 1
    assert bound.filled(lambda sort, _number: sort) == (
        '<i></i><div class="a" data-symbol id="b" >q</div><b data-photo>p</b>'
    )


def test_a_manifest_is_read_with_sensible_defaults() -> None:
    made = read_manifest(MANIFEST)
    assert (made.key, made.zh, made.en, made.level, made.width) == ("mine", "我的", "Mine", "Q", None)
    assert made.takes(70, 37)


@pytest.mark.parametrize(
    "text",
    [
        "key = [",
        'zh = "x"\nen = "x"',
        'key = "Größe"\nzh = "x"\nen = "x"',
        'key = "../x"\nzh = "x"\nen = "x"',
        'key = "x"\nzh = ""\nen = "x"',
        MANIFEST + "colour = 1",
        MANIFEST + "[size]\nwidth_mm = 70",
        MANIFEST + "[size]\nwidth_mm = -70\nheight_mm = 37",
        MANIFEST + "[size]\nwidth_mm = 1e9\nheight_mm = 37",
        MANIFEST + "[size]\nwidth_mm = nan\nheight_mm = 37",
        MANIFEST + "[size]\nwidth_mm = true\nheight_mm = 37",
        MANIFEST + '[symbol]\nlevel = "L"',
        MANIFEST + "[symbol]\nleast_module_mm = 2\nmost_module_mm = 1",
        MANIFEST + "[symbol]\nmost_module_mm = 21",
        MANIFEST + '[use]\nplace = "moon"',
        MANIFEST + "kinds = 3",
        MANIFEST + "size = 3",
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_manifest(text)
    assert refused.value.code == "bad_manifest"
    assert refused.value.message("zh-CN") != refused.value.message("en")


FILES = {"manifest.toml": MANIFEST.encode(), "label.html": SYMBOL.encode(), "label.css": b""}


@pytest.mark.parametrize(
    "change",
    [
        {"label.css": None},
        {"label.html": b"\xff\xfe"},
        {"label.css": b"x" * 100_001},
        {"label.css": b"p {} </style><script>"},
        {"../evil.png": b"x"},
        {"note.txt": b"x"},
        {"logo.png": b"x" * 1_000_001},
        {f"p{number}.png": b"x" for number in range(10)},
    ],
)
def test_a_folder_holds_what_a_template_needs_and_nothing_else(change: dict[str, bytes | None]) -> None:
    files = {name: data for name, data in (FILES | change).items() if data is not None}
    with pytest.raises(Invalid) as refused:
        read_template(files)
    assert refused.value.code in {"template_files", "template_element"}


def test_a_template_names_its_revision() -> None:
    assert set(NEEDED) == set(FILES)
    assert (read_template(FILES).name, read_template(FILES, 3).name) == ("mine", "mine@3")
