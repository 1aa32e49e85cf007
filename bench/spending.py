"""Files of actuals of any size, the plan they belong to, and the same spending as a journal: the same ones every time.

Twelve months, twenty activities in five categories, eight channels, thirty segments; the owner follows the activity.
One row in a thousand is bad: a day that there is not, no activity, three decimals, or words for an amount.

    python bench/spending.py KIND ROWS FILE
"""

import shutil
import subprocess
import sys
from pathlib import Path

SEGMENTS, ACTIVITIES, CHANNELS, PERIODS = 30, 20, 8, 12
CATEGORIES = ("service", "event", "gift", "communication", "system")
COLUMNS = ("date", "category", "activity", "channel", "segment", "owner", "amount")
KINDS = {
    "clean": "csv", "bad": "csv", "memo": "csv", "reference": "csv", "comma": "csv", "gb18030": "csv", "gz": "csv.gz",
    "parquet": "parquet", "single": "csv", "journal": "journal",
}  # fmt: skip
_MEAN = 1250
_ONCE = 10_000_000
"""Rows that are made one by one; a longer file repeats them."""
_CHINESE = ("日期", "类别", "活动", "渠道", "客户群", "负责人", "金额")


def main() -> None:
    kind, rows, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if kind == "journal":
        write_journal(rows, target)
    elif kind == "gb18030":
        write_gb18030(rows, target)
    elif rows > _ONCE:
        write_repeated(kind, rows, target)
    else:
        copy(kind, rows, str(target))


def copy_apart(kind: str, rows: int, target: Path) -> None:
    """The file, written by a process of its own: the caller stays small, whose peak its children inherit."""
    subprocess.run([sys.executable, __file__, kind, str(rows), str(target)], check=True)


def plan_text(rows: int, *, single: bool = False) -> str:
    """The plan that so many rows nearly use up; ``single`` has one dimension, and periods."""
    lines = ["crmbudget: 1", "currency: CNY", f"total: {rows * _MEAN}"]
    lines += [f"calendar: {{start: 2027-01, periods: {PERIODS}}}", "activities:"]
    lines += [
        f"  activity-{at:02d}: {{category: {CATEGORIES[at % 5]}, weight: 1, owner: owner-{at:02d}}}"
        for at in range(ACTIVITIES)
    ]
    if single:
        return "\n".join([*lines, "allocate: [by: activity, by: period]"]) + "\n"
    lines += ["segments:", *(f"  segment-{at:02d}: {{customers: 10, value: 1000}}" for at in range(SEGMENTS))]
    lines += ["channels:", *(f"  channel-{at}: {{weight: 1}}" for at in range(CHANNELS))]
    return "\n".join([*lines, "allocate: [by: value, by: activity, by: channel, by: period]"]) + "\n"


def columns(kind: str) -> dict[str, str]:
    """SQL of each column, from the row's number ``i`` and two numbers that look like chance, ``a`` and ``b``."""
    amount = "printf('%d.%02d', (b // 140 % 2500)::int, (b // 350000 % 100)::int)"
    date = "strftime(date '2027-01-01' + (a % 365)::int, '%Y-%m-%d')"
    activity = "printf('activity-%02d', (b // 7 % 20)::int)"
    if kind not in {"clean", "single", "parquet"}:
        date = f"CASE WHEN i % 4000 = 7 THEN '2027-02-30' ELSE {date} END"
        activity = f"CASE WHEN i % 4000 <> 1007 THEN {activity} END"
        three, words = "printf('%d.%03d', (b // 140 % 2500)::int, (a % 1000)::int)", "concat('about ', b % 2500)"
        amount = f"CASE WHEN i % 4000 = 2007 THEN {three} WHEN i % 4000 = 3007 THEN {words} ELSE {amount} END"
    names = {
        "category": f"{list(CATEGORIES)}[(b // 7 % 20 % 5 + 1)::int]", "activity": activity,
        "channel": "printf('channel-%d', (a // 365 % 8)::int)", "segment": "printf('segment-%02d', (a // 2920 % 30)::int)",
        "owner": "printf('owner-%02d', (b // 7 % 20)::int)",
    }  # fmt: skip
    further = {
        "memo": {"memo": "concat('paid \"', i % 7, '\", thanks')"},
        "reference": {"reference": "concat('R-', i)"},
        "gb18030": {"摘要": "concat('客户答谢会第', i % 90, '场')"},
    }
    if kind == "comma":
        amount = f"replace({amount}, '.', ',')"
    if kind == "parquet":
        date, amount = f"CAST({date} AS DATE)", f"CAST({amount} AS DECIMAL(18, 2))"
    if kind == "single":
        names = {"activity": activity}
    found = {"date": date, **names, "amount": amount}
    if kind == "gb18030":
        found = dict(zip(_CHINESE, found.values(), strict=True))
    return {**found, **further.get(kind, {})}


def rows_of(kind: str, rows: int) -> str:
    """SQL of all rows."""
    answers = ", ".join(f'{expression} AS "{name}"' for name, expression in columns(kind).items())
    chance = f"SELECT i, (i * 2654435761 + 12345) % 4294967291 AS h FROM range({rows}) numbers(i)"  # noqa: S608 - numbers
    both = f"SELECT i, (h * 48271 + 11) % 2147483647 AS a, (h * 16807 + 7) % 2147483629 AS b FROM ({chance})"  # noqa: S608 - as above
    return f"SELECT {answers} FROM ({both})"  # noqa: S608 - as above


def copy(kind: str, rows: int, target: str, *, header: bool = True) -> None:
    """The rows in a file of that kind."""
    import duckdb

    sign = ";" if kind == "comma" else ","
    packed = ", COMPRESSION gzip" if kind == "gz" else ""
    form = "FORMAT parquet" if kind == "parquet" else f"HEADER {str(header).lower()}, DELIMITER '{sign}'{packed}"
    duckdb.connect().execute(f"COPY ({rows_of(kind, rows)}) TO '{target}' ({form})")


def write_repeated(kind: str, rows: int, target: Path) -> None:
    """A long file: its first ten million rows again and again."""
    part = target.with_suffix(".part")
    copy(kind, _ONCE, str(part), header=False)
    with target.open("wb") as whole:
        whole.write(",".join(columns(kind)).encode() + b"\n")
        for _ in range(rows // _ONCE):
            with part.open("rb") as again:
                shutil.copyfileobj(again, whole, 1 << 22)
    part.unlink()


def write_gb18030(rows: int, target: Path) -> None:
    """Chinese headers and notes, in the encoding of a Chinese Windows."""
    plain = target.with_suffix(".utf8")
    copy("gb18030", rows, str(plain))
    with plain.open(encoding="utf-8", newline="") as text, target.open("w", encoding="gb18030", newline="") as other:
        shutil.copyfileobj(text, other, 1 << 20)
    plain.unlink()


def write_journal(rows: int, target: Path) -> None:
    """One dimension as hledger and ledger read it: a monthly budget, and a transaction for each row."""
    import duckdb

    monthly = rows * _MEAN // (ACTIVITIES * PERIODS)
    with target.open("w") as file:
        file.write("~ monthly from 2027-01-01 to 2028-01-01\n")
        file.writelines(f"    expenses:activity-{at:02d}  {monthly} CNY\n" for at in range(ACTIVITIES))
        file.write("    assets\n\n")
        spent = duckdb.connect().execute(rows_of("single", rows))
        while some := spent.fetchmany(10_000):
            file.writelines(
                f"{date} spent\n    expenses:{activity}  {amount} CNY\n    assets\n\n"
                for date, activity, amount in some
            )


if __name__ == "__main__":
    main()
