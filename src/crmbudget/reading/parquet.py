"""Parquet -> Table, by DuckDB."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.finding import Misread
from crmbudget.reading.headers import MONEY, Role, recognise
from crmbudget.reading.table import Table, literal_path
from crmbudget.wording import say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERS = MONEY | {Role.QUANTITY}


def open_parquet(
    path: Path, declared: Mapping[str, str], shown: str, code: str, connection: "DuckDBPyConnection"
) -> Table:
    """Every column as text."""
    import duckdb

    parameters = {"path": literal_path(path)}
    table = "read_parquet($path, hive_partitioning = false)"
    try:
        columns = connection.execute(f"DESCRIBE SELECT * FROM {table}", parameters).fetchall()  # noqa: S608 - names of ours
        rows = connection.execute(f"SELECT count(*) FROM {table}", parameters).fetchall()[0][0]  # noqa: S608 - as above
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        message = say("{shown} is damaged, or no Parquet that can be read", shown=shown)
        raise Misread(code, message, say("write the file again, without a key"), ("from",)) from error
    header = tuple(str(column[0]) for column in columns)
    numbers = {place for role, place in recognise(header, declared).places.items() if role in NUMBERS}
    cells = ", ".join(
        f"{_text(name, str(column[1]), number=place in numbers)} AS f{place + 1}"
        for place, (name, column) in enumerate(zip(header, columns, strict=True))
    )
    source = f"SELECT {cells} FROM {table}"  # noqa: S608 - quoted
    return Table(path, header, source, parameters, count=str(len(header)), rows=rows, lined=False)


def _text(name: str, kind: str, *, number: bool) -> str:
    """SQL of a column as text; a binary fraction in 15 digits, and no ``number`` looks grouped."""
    column = '"{}"'.format(name.replace('"', '""'))
    if kind.startswith("TIMESTAMP"):
        return f"CAST(CAST({column} AS DATE) AS VARCHAR)"
    text = f"printf('%.15g', {column})" if kind == "DOUBLE" else f"CAST({column} AS VARCHAR)"
    if number and (kind in {"DOUBLE", "FLOAT"} or kind.startswith("DECIMAL")):
        return f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,3}}[.][0-9]{{3}}') THEN {text} || '0' ELSE {text} END"
    return text
