"""Where a target stands on its rule, before days off move it"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T13:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Where a target stands on its rule, before days off move it"

# The origin of a stop is made from nominal_at: were it made from next_due_at, an edited calendar would move an
# occurrence that was opened already, and it would be opened again.
SQL = """
ALTER TABLE plan_target ADD COLUMN nominal_at timestamptz;
ALTER TABLE plan_target ADD CONSTRAINT plan_target_nominal_ck CHECK ((nominal_at IS NULL) = (next_due_at IS NULL));
CREATE INDEX plan_target_waiting_ix ON plan_target (waiting_order_id) WHERE waiting_order_id IS NOT NULL;
"""


async def forwards():
    return sql_migration("scheduling", ID, DESCRIPTION, SQL)
