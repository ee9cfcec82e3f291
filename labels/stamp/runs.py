"""A text cut into runs of one script and language, as the reference renderer's text library cuts it. Pure.

Digits beside Chinese take the Han form of the face and digits in an English word the Latin one, so a run must not cross
from one to the other. Characters without a script of their own go with what stands before them (Unicode, UAX 24, 5.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

HAN: Final = "Hani"
# Scripts of the bundled face. A Latin word in a Chinese page is shaped as English, for Chinese is not written in Latin.
_SCRIPTS: Final = {
    HAN: (
        r"\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
        r"\U00020000-\U0003ffff"
    ),
    "Kana": r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff6f\uff71-\uff9d",
    "Bopo": r"\u02ea\u02eb\u3105-\u312f\u31a0-\u31bf",
    "Hang": r"\u1100-\u11ff\u3131-\u318e\uac00-\ud7af",
    "Latn": r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "Grek": r"\u0370-\u0373\u0375-\u0377\u037a-\u037d\u0384\u0386\u0388-\u03e1\u03f0-\u03ff\u1f00-\u1fff",
    "Cyrl": r"\u0400-\u0484\u0487-\u052f\u1c80-\u1c88\u2de0-\u2dff",
}
_NAMED: Final = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in _SCRIPTS.items()))
_LANGUAGES: Final = {"Latn": "en", "Grek": "el", "Cyrl": "ru", "Kana": "ja", "Hang": "ko", "Bopo": "zh-tw"}


def runs(text: str, lang: str) -> Iterator[tuple[str, str, str]]:
    """The runs of a text as (text, ISO 15924 script, language), in order; ``lang`` is the page's own language."""
    found = list(_NAMED.finditer(text))
    if not found:
        yield text, "Zyyy", lang
        return
    script, start = found[0].lastgroup or HAN, 0
    for match in found:
        if match.lastgroup != script:
            yield text[start : match.start()], script, _language(script, lang)
            script, start = match.lastgroup or HAN, match.start()
    yield text[start:], script, _language(script, lang)


def _language(script: str, lang: str) -> str:
    """The page's language where it is written in the script, else the script's best known one."""
    if script in {HAN, "Zyyy"} or (script == "Latn" and not lang.startswith(("zh", "ja", "ko"))):
        return lang
    return _LANGUAGES[script]
