"""A template as a ZIP: what comes in is looked at before it is unpacked, and what goes out comes in again."""

from __future__ import annotations

import io
import zipfile

import pytest

from foundation.errors import Invalid
from foundation.translation import LANGS
from labels.service.means import pack_template, read_archive, read_uploads
from labels.service.means.archive import LARGEST_ARCHIVE
from tests.labels.means_material import packed, template_files

FILES = template_files()


def refused(data: bytes, words: str = "") -> str:
    """The code of the refusal; its sentence says what is wrong, in both languages."""
    with pytest.raises(Invalid) as caught:
        read_archive(data)
    sentences = {caught.value.message(lang) for lang in LANGS}
    assert len(sentences) == 2
    assert all(words in sentence for sentence in sentences)
    return caught.value.code


def test_what_goes_out_comes_in_again() -> None:
    assert read_archive(pack_template("own-label", FILES)) == FILES
    assert pack_template("own-label", FILES) == pack_template("own-label", FILES)


@pytest.mark.parametrize("folder", ["", "own-label/", "模板/"])
def test_the_files_may_stand_in_one_folder_and_hidden_ones_are_passed_over(folder: str) -> None:
    beside = {".DS_Store": b"x", "__MACOSX/._label.css": b"x", ".git/config": b"x"}
    data = packed({f"{folder}{name}": content for name, content in FILES.items()} | beside)
    assert read_archive(data) == FILES


@pytest.mark.parametrize(
    "name", ["../label.css", "own/../../label.css", "/etc/passwd", "a\\label.css", "C:label.css", "own/more/label.css"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    assert refused(packed(FILES | {name: b"x"}), name.rpartition("\\")[0]) == "bad_archive"


def test_two_folders_are_no_template() -> None:
    assert refused(packed(FILES, "a/")[:0] + packed({"a/x.svg": b"", "b/y.svg": b""}), "b/y.svg") == "bad_archive"


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is() -> None:
    honest = packed({"label.css": b"0" * 50_000_000})
    assert len(honest) < 100_000
    assert refused(honest, "1000") == "upload_too_large"
    lying = bytearray(honest)
    entry = lying.index(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    assert refused(bytes(lying)) in {"bad_archive", "upload_too_large"}


def test_other_ways_of_packing_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("label.css", b"0" * 2_000)
    assert refused(out.getvalue(), "label.css") == "bad_archive"
    secret = bytearray(packed({"label.css": b"x"}))
    secret[secret.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(secret), "label.css") == "bad_archive"


def test_too_much_and_nonsense_are_refused() -> None:
    assert refused(b"0" * (LARGEST_ARCHIVE + 1), "5000") == "upload_too_large"
    assert refused(packed({f"{number}.svg": b"" for number in range(13)}), "12") == "template_files"
    assert refused(b"PK\x03\x04 no archive at all") == "bad_archive"
    assert refused(packed(FILES)[:-40]) == "bad_archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("label.css", b"one")
        archive.writestr("label.css", b"two")
    assert refused(out.getvalue(), "label.css") == "template_files"


def test_the_files_may_come_one_by_one() -> None:
    assert read_uploads([(f"C:\\own\\{name}", data) for name, data in FILES.items()]) == FILES
    assert read_uploads([("label.ZIP", packed(FILES))]) == FILES
    assert read_uploads([("template", packed(FILES))]) == FILES
    with pytest.raises(Invalid) as caught:
        read_uploads([(".DS_Store", b"x")])
    assert caught.value.code == "no_file"
    with pytest.raises(Invalid) as caught:
        read_uploads([("label.css", b"0" * 12_000_001), ("label.html", b"")])
    assert caught.value.code == "upload_too_large"
