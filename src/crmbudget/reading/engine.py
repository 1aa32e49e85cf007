"""DuckDB for one run: offline, in UTC, with a folder of its own that is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@contextmanager
def engine(memory: str = "") -> Iterator["tuple[DuckDBPyConnection, Path]"]:
    """A connection and a scratch folder; ``memory`` is its limit. KeyboardInterrupt where it was interrupted."""
    import duckdb

    limit = {"memory_limit": memory} if memory else {}
    with tempfile.TemporaryDirectory(prefix="crmbudget-", ignore_cleanup_errors=True) as name:
        connection = duckdb.connect(config=_OFFLINE | limit | {"temp_directory": name})
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection, Path(name)
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except RuntimeError as error:  # another of DuckDB's words for Ctrl-C
            if "interrupted" in str(error).casefold():
                raise KeyboardInterrupt from error
            raise
        finally:
            connection.close()
