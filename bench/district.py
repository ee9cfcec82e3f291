"""A district of 100,000 assets and 1,000,000 history lines, for measuring only."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.database import prepare_database
from foundation.act import system_act
from foundation.database import execute_script, fetch, fetchval, transaction
from foundation.settings import load_settings, use_settings
from labels.service import issue_labels
from registry.schemas import AssetCreate
from registry.service import register_assets

ASSETS = 100_000
LINES = 1_000_000
KINDS = ("public_toilet", "garbage_room", "street_tree", "pedestrian_bridge")

# The chain of hashes is not what is measured: without the trigger a million lines are there in seconds.
_HISTORY = f"""
ALTER TABLE history_line DISABLE TRIGGER history_line_append;
INSERT INTO history_line (stream, seq, at, kind, audience, actor, data, hash)
SELECT a.id, 100 + n, now() - n * interval '1 day', 'work_order.completed', 'public', 'system',
       jsonb_build_object('number', 'WO-2026-' || n, 'title_zh', '全面保洁', 'title_en', 'Full clean', 'by', '一班'),
       ''::bytea
  FROM asset a, generate_series(1, {LINES // ASSETS}) n;
ALTER TABLE history_line ENABLE TRIGGER history_line_append;
UPDATE asset_signals SET last_service_at = now() - interval '3 hours', last_service_zh = '全面保洁',
       last_service_en = 'Full clean', next_service_at = now() + interval '9 hours', next_service_zh = '全面保洁',
       next_service_en = 'Full clean', open_requests = (asset_id % 3 = 0)::int,
       known = CASE WHEN asset_id % 3 = 0 THEN jsonb_build_array(jsonb_build_object('category', 'other', 'reporters', 3,
               'due_at', now() + interval '5 hours', 'state', 'dispatched', 'zh', '其他问题', 'en', 'Something else'))
               ELSE '[]' END;
ANALYZE;
"""


async def make(folder: Path) -> list[str]:
    """Fill the folder's database where it is empty; the label codes of a thousand assets."""
    settings = load_settings({}, data_dir=folder)
    use_settings(settings)
    async with prepare_database(settings):
        if not await fetchval("SELECT true FROM asset LIMIT 1"):
            async with transaction():
                for start in range(0, ASSETS, 20_000):
                    ids = await register_assets([_asset(n) for n in range(start, start + 20_000)], system_act())
                    await issue_labels(ids, system_act())
            await execute_script(_HISTORY)
        rows = await fetch("SELECT code FROM label WHERE id % $1 = 0 ORDER BY id", ASSETS // 1000)
        return [row["code"] for row in rows]


def _asset(number: int) -> AssetCreate:
    return AssetCreate(
        kind=KINDS[number % len(KINDS)],
        name=f"解放路设施{number}号",
        name_en=f"Jiefang Road facility {number}",
        address=f"望海街道解放路{number % 900}号",
        address_en=f"{number % 900} Jiefang Road",
        street=f"街道{number % 40}",
        lon=120.5 + (number % 1000) / 2500,
        lat=27.9 + (number // 1000) / 400,
    )


if __name__ == "__main__":
    print("\n".join(asyncio.run(make(Path(sys.argv[1])))))
