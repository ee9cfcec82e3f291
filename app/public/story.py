"""The citizen's own page: what became of the report, in plain words."""

from __future__ import annotations

from typing import Any

from foundation.act import Act
from foundation.translation import N_, pick, translate
from maintenance.schemas import Story
from maintenance.words import PLAIN


def story_context(story: Story, act: Act, *, new: bool) -> dict[str, Any]:
    """What the page shows. A held report reads like any other: who abuses the form learns nothing."""
    status, text = (translate(act.lang, words) for words in PLAIN[story.state])
    if story.reason and story.state in {"refused", "closed"}:
        text = f"{text} {story.reason}"
    return {
        "story": story,
        "new": new,
        "category": pick(act.lang, story.category_zh, story.category_en),
        "asset_name": pick(act.lang, story.asset_name, story.asset_name_en),
        "status": status,
        "status_text": text,
        "label_code": story.label_code,
        "lines": [{"at": at, "text": translate(act.lang, PLAIN[state][0])} for at, state in story.steps],
        "photos": [
            {
                "url": f"/photos/{photo.id}.jpg?token={story.token}",
                "thumb": f"/photos/{photo.id}.jpg?token={story.token}",
                "alt": translate(act.lang, _STAGES[photo.stage]),
                "caption": translate(act.lang, _STAGES[photo.stage]),
                "width": photo.width,
                "height": photo.height,
            }
            for photo in story.photos
        ],
        "may": {"withdraw": story.may_withdraw, "contest": story.may_contest, "rate": story.may_rate},
    }


_STAGES = {"report": N_("Your photo"), "before": N_("Before"), "after": N_("After the repair")}
