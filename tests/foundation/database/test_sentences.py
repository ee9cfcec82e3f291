"""Every sentence of the data engine and the doctor is there in Chinese, with the same placeholders."""

import ast
import re
from pathlib import Path

from foundation.translation import ROOT, chinese


def sentences() -> list[str]:
    files = [*Path(ROOT / "foundation" / "database").rglob("*.py"), ROOT / "foundation" / "doctor.py"]
    return [
        call.args[0].value
        for file in files
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "N_"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def test_every_sentence_is_translated_with_its_placeholders() -> None:
    assert sentences()
    for sentence in sentences():
        assert sentence in chinese()
        assert set(re.findall(r"{\w+}", chinese()[sentence])) == set(re.findall(r"{\w+}", sentence))
