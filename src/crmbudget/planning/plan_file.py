"""A plan's file -> its text, or what keeps it from being one."""

import codecs
from pathlib import Path as FilePath

from crmbudget.finding import Finding, Place, Refused, nearest
from crmbudget.planning.source import BYTES_MAX
from crmbudget.wording import say


def content_of(path: str) -> bytes:
    """The bytes of a file; Refused where it cannot be opened (exit code 2) or is too large (3)."""
    try:
        with FilePath(path).open("rb") as file:
            content = file.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise _cannot(
                "CB102",
                say("{path} is over {bytes_max} MiB", path=path, bytes_max=BYTES_MAX // 2**20),
                path,
                say("keep customers in a file of their own, under `customers:`"),
                3,
            )
    except FileNotFoundError as error:
        raise _missing(path) from error
    except IsADirectoryError as error:
        inside = FilePath(path) / "plan.yaml"
        fix = (
            say("name the file: {inside}", inside=inside.as_posix())
            if inside.is_file()
            else say("name the plan file itself")
        )
        raise _cannot("CB100", say("{path} is a folder, not a file", path=path), path, fix, 2) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _cannot(
            "CB100",
            say("{path!r} cannot be opened: {reason}", path=path, reason=reason),
            path,
            say("check the path and who may read it"),
            2,
        ) from error
    return content


def _missing(path: str) -> Refused:
    folder = FilePath(path).parent
    try:
        names = sorted(file.name for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    except OSError:
        names = []
    near = nearest(FilePath(path).name, names) if names else None
    fix = (
        say("did you mean `{folder}`?", folder=(folder / near).as_posix())
        if near
        else say("check the path, or start from examples/small/plan.yaml")
    )
    return _cannot("CB100", say("there is no file {path}", path=path), path, fix, 2)


def _cannot(code: str, message: str, path: str, fix: str, exit_code: int) -> Refused:
    return Refused([Finding(code, message, Place(path), fix)], exit_code)


def decoded(content: bytes, path: str) -> tuple[str, Finding | None]:
    """The text of UTF-8 or UTF-16; a finding where it is neither."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding), None
    except UnicodeDecodeError as error:
        content = error.object
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = say(
            "this is not UTF-8: byte 0x{content:02X}{guess}", content=content[error.start], guess=_guess(content)
        )
        return "", Finding("CB105", message, Place(path, line, column, column + 1), say("save the file as UTF-8"))


def encoded(text: str, like: bytes) -> bytes:
    """The bytes of a text in the encoding of a file that could be decoded, with its byte order mark where it has one."""
    for mark, encoding in _MARKS.items():
        if like.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode("utf-8")


_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def _guess(content: bytes) -> str:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return say(", and it reads well as GB18030") if any("\u4e00" <= sign <= "\u9fff" for sign in text) else ""
