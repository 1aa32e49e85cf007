"""Customer lists as they come -> UTF-8 on disk, with its delimiter, header and line ends known."""

import codecs
import csv
import gzip
import hashlib
import io
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from crmbudget.finding import Misread, nearest, one_of
from crmbudget.planning.customer_file import CustomerFile, literal_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".parquet")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "latin-1", "cp1252", "big5", "shift_jis")


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex; Misread where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise Misread("CB401", f"there is no file {path.as_posix()}", _near(path), ("from",)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Misread(
            "CB401", f"{path.as_posix()!r} cannot be opened: {reason}", "check the path and who may read it", ("from",)
        ) from error


def _near(path: Path) -> str:
    try:
        names = sorted(file.name for file in path.parent.iterdir() if file.suffix.lower() in _ENDINGS)
    except OSError:
        return "check the path; it starts from the plan's folder"
    near = nearest(path.name, names)
    return (
        f"did you mean `{near}`?"
        if near
        else one_of(path.name, names)
        if names
        else "check the path; it starts from the plan's folder"
    )


def open_customers(path: Path, encoding: str | None, scratch: Path, connection: "DuckDBPyConnection") -> CustomerFile:
    """The file, its header read; copied to the scratch folder where DuckDB could not read it as it is."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PAR1":
        found = connection.execute(
            "DESCRIBE SELECT * FROM read_parquet($path, hive_partitioning = false)", {"path": literal_path(path)}
        )
        return CustomerFile(path, path, tuple(str(row[0]) for row in found.fetchall()))
    if head == b"PK\x03\x04":
        raise Misread("CB401", f"{path.name} is a workbook or a zip file", "save the sheet as CSV UTF-8", ("from",))
    zipped = head.startswith(b"\x1f\x8b")
    try:
        return _open_text(path, zipped, encoding, scratch)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Misread("CB401", f"{path.name} is damaged: {error}", "make the .gz file again", ("from",)) from error


def _open_text(path: Path, zipped: bool, encoding: str | None, scratch: Path) -> CustomerFile:  # noqa: FBT001
    utf8, head = _survey(path, zipped)
    found = encoding or ("utf-16" if head.startswith(_UTF16) else "utf-8-sig" if utf8 else "gb18030")
    plain = utf8 and not zipped and not head.startswith((codecs.BOM_UTF8, *_UTF16)) and found in {"utf-8", "utf-8-sig"}
    text = path if plain else _copied(path, zipped, found, scratch, declared=encoding is not None)
    note = f"{path.name} was read as GB18030" if found == "gb18030" and not encoding else ""
    file = _with_header(CustomerFile(text, text, (), note=note), path.name)
    uniform, lines = _line_ends(text)
    return replace(file, uniform=uniform, rows=None if lines is None else lines - file.skip - 1)


def _binary(path: Path, zipped: bool) -> IO[bytes]:  # noqa: FBT001
    return cast("IO[bytes]", gzip.open(path, "rb")) if zipped else path.open("rb")


def _survey(path: Path, zipped: bool) -> tuple[bool, bytes]:  # noqa: FBT001
    """Whether it is UTF-8 throughout, and its first bytes."""
    decoder, utf8, head = codecs.getincrementaldecoder("utf-8")(), True, b""
    with _binary(path, zipped) as file:
        while utf8 and (chunk := file.read(_CHUNK)):
            head, utf8 = head or chunk[:4], _continues(decoder, chunk)
    return utf8 and _continues(decoder, b"", final=True), head


def _continues(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _copied(path: Path, zipped: bool, encoding: str, scratch: Path, *, declared: bool) -> Path:  # noqa: FBT001
    """The text in UTF-8 without a byte order mark, its lines as they were."""
    target = scratch / "customers.csv"
    try:
        with _binary(path, zipped) as raw, target.open("w", encoding="utf-8", newline="") as copy:
            text = io.TextIOWrapper(raw, encoding=encoding, newline="")
            copy.write(text.read(1).removeprefix("\ufeff"))
            shutil.copyfileobj(text, copy, _CHUNK)
    except LookupError as error:
        raise Misread(
            "CB401", f"there is no encoding `{encoding}`", one_of(encoding, _ENCODINGS), ("encoding",)
        ) from error
    except UnicodeError as error:
        if declared:
            raise Misread(
                "CB401", f"{path.name} is not in {encoding}", "name the encoding in which it was saved", ("encoding",)
            ) from error
        fix = "save the file as UTF-8, or name its encoding: `encoding: latin-1`"
        raise Misread("CB401", f"{path.name} is neither UTF-8 nor GB18030", fix, ("from",)) from error
    return target


def _with_header(file: CustomerFile, name: str) -> CustomerFile:
    with file.text.open(encoding="utf-8", newline="") as text:
        sample = text.read(_CHUNK)
    if "\0" in sample:
        raise Misread(
            "CB401",
            f"{name} is not a text: it holds NUL signs",
            "save it as CSV UTF-8, or name its encoding: `encoding: utf-16-le`",
            ("from",),
        )
    lines = io.StringIO(sample, newline="").readlines()
    skip = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if skip == len(lines):
        raise Misread("CB410", f"{name} is empty", "put the names of the columns on the first line", ("from",))
    delimiter = max(_DELIMITERS, key=lambda sign: _fit(lines[skip:], sign))
    spaced = f'{delimiter} "' in sample
    try:
        header = next(csv.reader(lines[skip:], delimiter=delimiter, skipinitialspace=spaced))
    except csv.Error as error:
        message = f"{name} has no header that can be read: {error}"
        raise Misread("CB410", message, "put the names of the columns on the first line", ("from",)) from error
    columns = tuple(cell.strip() for cell in header)
    return replace(file, columns=columns, delimiter=delimiter, skip=skip, spaced=spaced)


def _line_ends(path: Path) -> tuple[bool, int | None]:
    """Whether all lines end alike; and how many lines there are, where no quote and no blank line is among them."""
    feeds, returns, pairs, simple, before = 0, 0, 0, True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            feeds, returns = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (before[-1:] + chunk[:1] == b"\r\n")
            seen = before + chunk
            simple = simple and not any(mark in seen for mark in (b'"', b"\n\n", b"\n\r\n"))
            before = seen[-3:]
    uniform = feeds == 0 or returns == 0 or feeds == pairs == returns
    return uniform, feeds + (not before.endswith(b"\n")) if simple and feeds and uniform else None


def _fit(lines: Sequence[str], delimiter: str) -> tuple[bool, int]:
    """Whether the first rows have as many cells as the header, then how many cells that is; the more the better."""
    try:
        rows = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), 20) if row]
    except csv.Error:
        return False, 0
    return rows[0] > 1 and len(set(rows[:-1])) <= 1, rows[0]
