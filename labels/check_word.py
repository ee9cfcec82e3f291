"""The check word of a label: two short words that stand on the sticker and on the page behind it. Pure.

Whoever scans a sticker compares them: a code glued over another one, or a sticker moved to another place, brings a page
with another word. 32 × 32 pairs; each word is short, known to everybody, and no two of a list sound or look alike.
"""

from __future__ import annotations

from typing import Final

from foundation.translation import Lang, pick

FIRST: Final = (
    ("红", "red"), ("橙", "orange"), ("黄", "yellow"), ("绿", "green"), ("青", "teal"), ("蓝", "blue"),
    ("紫", "purple"), ("白", "white"), ("黑", "black"), ("灰", "grey"), ("金", "gold"), ("银", "silver"),
    ("大", "big"), ("小", "small"), ("高", "tall"), ("长", "long"), ("圆", "round"), ("方", "square"),
    ("新", "new"), ("老", "old"), ("春", "spring"), ("夏", "summer"), ("秋", "autumn"), ("冬", "winter"),
    ("东", "east"), ("南", "south"), ("西", "west"), ("北", "north"), ("早", "early"), ("晚", "late"),
    ("甜", "sweet"), ("静", "quiet"),
)  # fmt: skip
SECOND: Final = (
    ("松", "pine"), ("竹", "bamboo"), ("梅", "plum"), ("荷", "lotus"), ("桃", "peach"), ("杏", "apricot"),
    ("麦", "wheat"), ("瓜", "melon"), ("牛", "ox"), ("羊", "sheep"), ("马", "horse"), ("鱼", "fish"),
    ("鸟", "bird"), ("虎", "tiger"), ("兔", "rabbit"), ("鹿", "deer"), ("山", "hill"), ("河", "river"),
    ("湖", "lake"), ("海", "sea"), ("桥", "bridge"), ("船", "boat"), ("灯", "lamp"), ("钟", "bell"),
    ("伞", "umbrella"), ("琴", "lute"), ("茶", "tea"), ("门", "gate"), ("云", "cloud"), ("雪", "snow"),
    ("月", "moon"), ("星", "star"),
)  # fmt: skip
WORDS: Final = len(FIRST) * len(SECOND)


def check_word(number: int, lang: Lang) -> str:
    """The word of a number from 0 to ``WORDS`` - 1, such as 蓝松 or ``blue pine``. Raises IndexError beyond."""
    if not 0 <= number < WORDS:
        raise IndexError(f"there is no check word {number}")
    first, second = FIRST[number // len(SECOND)], SECOND[number % len(SECOND)]
    return pick(lang, first[0] + second[0], f"{first[1]} {second[1]}")
