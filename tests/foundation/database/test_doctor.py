"""The doctor: says what is there and what is missing, with the line that mends it."""

import os
import shutil
from pathlib import Path

import pytest

from foundation.doctor import all_well, examine
from foundation.settings import Settings
from foundation.translation import LANGS, chinese


def by_name(settings: Settings) -> dict[str, bool]:
    return {finding.name: finding.ok for finding in examine(settings)}


def test_a_machine_that_runs_the_tests_is_well(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data")
    found = by_name(settings)
    assert found["python"]
    assert found["postgresql"]
    assert found["data_folder"]
    assert found["disk"]
    assert not settings.data_dir.exists(), "the doctor only looks"


def test_missing_programs_are_told_with_the_mend(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data", pg_bin=open_folder)
    findings = examine(settings)
    sick = next(finding for finding in findings if finding.name == "postgresql")
    assert not sick.ok
    assert "FACILITY_PG_BIN" in sick.message("en")
    assert not all_well(findings)


def test_data_of_a_missing_version_are_told(open_folder: Path) -> None:
    data = open_folder / "data" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("13\n")
    if os.geteuid() == 0:
        shutil.chown(data, "nobody")
    sick = next(f for f in examine(Settings(data_dir=open_folder / "data")) if f.name == "postgresql")
    assert "postgresql-13" in sick.message("en")


def test_a_configured_database_needs_no_programs(open_folder: Path) -> None:
    found = by_name(Settings(data_dir=open_folder, database_url="postgresql://elsewhere/facility"))
    assert found["database"]
    assert "postgresql" not in found


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_is_there_in_both_languages(open_folder: Path, lang: str) -> None:
    for finding in examine(Settings(data_dir=open_folder / "data")):
        assert finding.message(lang)
        assert finding.sentence in chinese()
