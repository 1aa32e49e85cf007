"""Files as they come -> UTF-8 text on disk; and the SHA-256 of what came."""

import codecs
import gzip
import hashlib
import io
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from crmbudget.finding import Misread, nearest, one_of
from crmbudget.wording import say

CHUNK = 1 << 20
PARQUET, ZIPPED = b"PAR1", b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_GZIPPED = b"\x1f\x8b"
_ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".xlsx")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "latin-1", "cp1252", "big5", "shift_jis")
_FAMILIAR = 4
"""One in so many signs of a Chinese text may be outside the standard set of 1980; names have such signs."""
_HEAD = 1 << 12


@dataclass(frozen=True, slots=True)
class Text:
    """A text in UTF-8 without byte order mark: the file itself, or a copy; ``note`` says what was assumed."""

    path: Path
    note: str = ""


def sha256(path: Path, code: str, *, beside: str = say("the plan's folder")) -> str:
    """The SHA-256 of a file's bytes, in hex; Misread with this code where the file cannot be read."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            message = say("{path} is a pipe or a device, and a file is read more than once", path=path.as_posix())
            raise Misread(code, message, say("save what it gives as a file, and name that"), ("from",))
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise Misread(
            code, say("there is no file {path}", path=path.as_posix()), _near(path, beside), ("from",)
        ) from error
    except Misread:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Misread(
            code,
            say("{path!r} cannot be opened: {reason}", path=path.as_posix(), reason=reason),
            say("check the path and who may read it"),
            ("from",),
        ) from error


def _near(path: Path, beside: str) -> str:
    nothing = say("check the path; it starts from {beside}", beside=beside)
    try:
        names = sorted(file.name for file in path.parent.iterdir() if file.suffix.lower() in _ENDINGS)
    except OSError:
        return nothing
    near = nearest(path.name, names)
    return say("did you mean `{near}`?", near=near) if near else one_of(path.name, names) if names else nothing


def first_bytes(path: Path) -> bytes:
    """The first four bytes, by which Parquet, workbooks and gzip are known."""
    with path.open("rb") as file:
        return file.read(4)


def as_utf8(path: Path, encoding: str | None, scratch: Path, code: str) -> Text:
    """The file as UTF-8, copied to the scratch folder where it is not; Misread where it is no text.

    Without an encoding named, a byte order mark decides, then UTF-8, then GB18030.
    """
    zipped = first_bytes(path).startswith(_GZIPPED)
    try:
        return _as_utf8(path, zipped, encoding, scratch, code)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Misread(
            code,
            say("{name} is damaged: {error}", name=path.name, error=error),
            say("make the .gz file again"),
            ("from",),
        ) from error


def _as_utf8(path: Path, zipped: bool, encoding: str | None, scratch: Path, code: str) -> Text:  # noqa: FBT001
    utf8, head = _survey(path, zipped)
    found = encoding or _wide(head) or ("utf-8-sig" if utf8 else "gb18030")
    plain = utf8 and not zipped and not head.startswith((codecs.BOM_UTF8, *_UTF16)) and found in {"utf-8", "utf-8-sig"}
    if plain:
        return Text(path)
    copy = _copied(path, zipped, found, scratch, code, declared=encoding is not None)
    if found != "gb18030" or encoding:
        return Text(copy)
    if not _reads_well(copy):
        fix = say("name its encoding: `encoding: latin-1` or `encoding: cp1252`; or save it as UTF-8")
        raise Misread(code, say("{name} is not UTF-8, and reads badly as GB18030", name=path.name), fix, ("from",))
    return Text(copy, say("read as GB18030"))


def _wide(head: bytes) -> str | None:
    """UTF-16 by its mark, or by the zeros that every second byte of Western signs is in it; else None."""
    if head.startswith(_UTF16):
        return "utf-16"
    high, low = head[::2].count(0), head[1::2].count(0)
    if max(high, low) * _FAMILIAR <= len(head) // 2 or min(high, low):
        return None
    return "utf-16-be" if high else "utf-16-le"


def _reads_well(path: Path) -> bool:
    """Whether the Chinese signs are mostly usual ones; a Western text taken for GB18030 gives rare ones."""
    signs, rare = 0, 0
    with path.open(encoding="utf-8", newline="") as file:
        while signs < CHUNK and (text := file.read(CHUNK)):
            if not text.isascii():
                found = [sign for sign in text if sign > "\x7f"]
                signs, rare = signs + len(found), rare + sum(not sign.encode("gb2312", "ignore") for sign in found)
    return rare * _FAMILIAR <= signs


def _binary(path: Path, zipped: bool) -> IO[bytes]:  # noqa: FBT001
    return cast("IO[bytes]", gzip.open(path, "rb")) if zipped else path.open("rb")


def _survey(path: Path, zipped: bool) -> tuple[bool, bytes]:  # noqa: FBT001
    """Whether it is UTF-8 throughout, and its first bytes."""
    decoder, utf8, head = codecs.getincrementaldecoder("utf-8")(), True, b""
    with _binary(path, zipped) as file:
        while utf8 and (chunk := file.read(CHUNK)):
            head, utf8 = head or chunk[:_HEAD], _continues(decoder, chunk)
    return utf8 and _continues(decoder, b"", final=True), head


def _continues(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    if chunk.isascii() and not final and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _copied(path: Path, zipped: bool, encoding: str, scratch: Path, code: str, *, declared: bool) -> Path:  # noqa: FBT001
    """The text in UTF-8 without a byte order mark, its lines as they were."""
    target = scratch / f"text-{len(list(scratch.iterdir()))}.csv"
    try:
        with _binary(path, zipped) as raw, target.open("w", encoding="utf-8", newline="") as copy:
            text = io.TextIOWrapper(raw, encoding=encoding, newline="")
            copy.write(text.read(1).removeprefix("\ufeff"))
            shutil.copyfileobj(text, copy, CHUNK)
    except LookupError as error:
        fix = one_of(encoding, _ENCODINGS)
        raise Misread(code, say("there is no encoding `{encoding}`", encoding=encoding), fix, ("encoding",)) from error
    except UnicodeError as error:
        if declared:
            fix = say("name the encoding in which it was saved")
            raise Misread(
                code, say("{name} is not in {encoding}", name=path.name, encoding=encoding), fix, ("encoding",)
            ) from error
        fix = say("save the file as UTF-8, or name its encoding: `encoding: latin-1`")
        raise Misread(code, say("{name} is neither UTF-8 nor GB18030", name=path.name), fix, ("from",)) from error
    return target
