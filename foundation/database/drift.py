"""Whether the Piccolo tables still say what the migrations built; the migrations are the truth."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from piccolo.columns import Column
from piccolo.table import Table

from foundation.database.queries import fetch

_COLUMNS: Final = """
SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable
FROM pg_attribute a
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid <> 'xid8'::regtype
"""  # Piccolo has no word for a transaction's number; such a column is filled by its default and read in plain SQL
_SAME: Final = {
    "bigserial": "bigint",
    "int8": "bigint",
    "serial": "integer",
    "int": "integer",
    "smallserial": "smallint",
    "varchar": "character varying",
    "char": "character",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
    "float8": "double precision",
    "float4": "real",
    "decimal": "numeric",
}


async def table_differences(tables: Iterable[type[Table]]) -> list[str]:
    """One line for each column whose name, type or nullability differs between the class and the open database."""
    found = []
    for table in tables:
        name = table._meta.tablename
        wanted = {column._meta.db_column_name: _of(column) for column in table._meta.columns}
        built = {row["name"]: _said(row["type"], row["nullable"]) for row in await fetch(_COLUMNS, f'"{name}"')}
        for column in sorted(wanted.keys() | built.keys()):
            says, has = wanted.get(column, "nothing"), built.get(column, "nothing")
            if says != has:
                found.append(f"{name}.{column}: the class says {says}, the database {has}")
    return found


def _of(column: Column) -> str:
    # A primary key never holds NULL, whatever the class says.
    return _said(column.column_type, bool(column._meta.null) and not column._meta.primary_key)


def _said(kind: str, nullable: bool) -> str:
    plain = re.sub(r"\(.*?\)", "", kind).strip().lower()
    dimensions = plain.count("[]")
    element = plain.replace("[]", "")
    return _SAME.get(element, element) + "[]" * dimensions + (" NULL" if nullable else " NOT NULL")
