"""The way back from groups to single rows, which are never all held at once."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crmbudget.reading.group import File, Group, Row
from crmbudget.reading.headers import Role
from crmbudget.reading.statement import Statement
from crmbudget.reading.table import Table, texts_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TWINS = (
    "CREATE OR REPLACE TEMP TABLE twins AS SELECT * FROM referring WHERE same IN "
    "(SELECT same FROM referring GROUP BY same HAVING count(*) > 1)"
)


def found(
    files: Sequence[File], whole: Sequence[Group], firsts: Sequence[Group], connection: "DuckDBPyConnection"
) -> tuple[list[Row], dict[int, int | None]]:
    """Every row of some groups, file by file; of others the line of the first one, by the group's place among them."""
    rows: list[Row] = []
    lines: dict[int, int | None] = {}
    for place, file in enumerate(files):
        wanted: list[tuple[Group, int | None]] = [(group, None) for group in whole if group.file == place]
        wanted += [(group, at) for at, group in enumerate(firsts) if group.file == place]
        if not wanted:
            continue
        _want(file.statement, wanted, connection)
        for mine, number, cells in _ask(file.statement.found(), file.table, connection):
            group, at = wanted[mine]
            if at is None:
                rows.append(Row(place, number, file.table.line(number), texts_of(cells), group))
            else:
                lines[at] = file.table.line(number)
    return rows, lines


def repeated(files: Sequence[File], groups: Sequence[Group], connection: "DuckDBPyConnection") -> list[list[Row]]:
    """Rows that are the same in all that is read, reference included: each time the first, then its repetitions."""
    referring = {place: file for place, file in enumerate(files) if Role.REFERENCE in file.headers.places}
    if not referring:
        return []
    connection.execute("CREATE OR REPLACE TEMP TABLE referring (file INTEGER, nth BIGINT, same UBIGINT)")
    for place, file in referring.items():
        connection.execute(f"INSERT INTO referring {file.statement.referred(place)}", file.table.parameters)
    connection.execute(_TWINS)
    by_key = {(group.file, group.key): group for group in groups}
    # A hash alone proves nothing: rows are the same when their texts are.
    same: dict[tuple[tuple[Role, str], ...], list[Row]] = {}
    for place, file in referring.items():
        for row in _alike(place, file, by_key, connection):
            same.setdefault(_texts_read(row, file), []).append(row)
    return [alike for alike in same.values() if len(alike) > 1]


def _alike(
    place: int, file: File, by_key: dict[tuple[int, tuple[Any, ...]], Group], connection: "DuckDBPyConnection"
) -> Iterator[Row]:
    """The rows of a file in the table ``twins``."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE alike AS SELECT nth FROM twins WHERE file = {place}")  # noqa: S608
    width = len(file.statement.keys)
    for number, *key, cells in _ask(file.statement.twins(), file.table, connection):
        group = by_key[place, tuple(key[:width])]
        yield Row(place, number, file.table.line(number), texts_of(cells), group)


def _texts_read(row: Row, file: File) -> tuple[tuple[Role, str], ...]:
    places = sorted(file.headers.places.items())
    return tuple((role, row.cells[at].strip() if at < len(row.cells) else "") for role, at in places)


def _want(statement: Statement, wanted: Sequence[tuple[Group, int | None]], connection: "DuckDBPyConnection") -> None:
    parameters: dict[str, list[Any]] = {
        key: [group.key[number] for group, _ in wanted] for number, key in enumerate(statement.keys)
    }
    parameters |= {"place": list(range(len(wanted))), "whole": [at is None for _, at in wanted]}
    connection.execute(statement.wanted(), parameters)


def _ask(sql: str, table: Table, connection: "DuckDBPyConnection") -> list[tuple[Any, ...]]:
    return connection.execute(sql, table.parameters).fetchall()
