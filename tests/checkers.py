"""What a reader of each format demands of a whole document; each checker gives the number of findings that it read."""

import csv
import io
import json
import re
from functools import cache
from xml.etree import ElementTree as ET

import jsonschema

from runner import ROOT

FINDING = ["code", "severity", "message", "path", "line", "column", "money", "fix"]


def table(text):
    """Lines that end in no spaces; a number is never cut, which is tested elsewhere."""
    assert all(line == line.rstrip() for line in text.splitlines() if not line.startswith((" ", "+", "|")))


def plain(text):
    """As many cells in each row as in the header."""
    rows = [line.split("\t") for line in text.splitlines()]
    if rows and len(rows[0]) > 1:
        assert {len(row) for row in rows} == {len(rows[0])}
    return len(rows) - 1 if rows and rows[0] == FINDING else None


def csv_(text):
    """As many cells in each row as in the header."""
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) <= 1
    return len(rows) - 1 if rows and rows[0] == FINDING else None


def json_(text):
    """One envelope."""
    document = json.loads(text)
    assert document["schema"].startswith("crmbudget.")
    return len(document["diagnostics"])


def jsonl(text):
    """One object a line, with the same names."""
    rows = [json.loads(line) for line in text.splitlines()]
    assert len({tuple(row) for row in rows}) <= 1
    return len(rows) if rows and list(rows[0]) == FINDING else None


def markdown(text):
    """Fences that are closed, and tables with as many cells in each row."""
    outside, fenced = [], False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        outside.append("" if fenced else line)
    assert not fenced
    for block in "\n".join(outside).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({re.sub(r"\\.", "", row).count("|") for row in rows}) <= 1
    assert len(text) <= 60_000
    return len(re.findall(r"^\| (?:error|warning|info) ", text, re.MULTILINE)) or None


def rst(text):
    """What stands below `::` is indented, and the lines of a grid are of one width."""
    for block in re.split(r"^::\n\n", text, flags=re.MULTILINE)[1:]:
        assert block.startswith((" ", "\n"))


GITHUB = re.compile(
    r"::(error|warning|notice) title=[^,:\n]+(?:,file=[^,:\n]+)?,line=\d+(?:,col=\d+,endColumn=\d+)?::[^\n]+"
)


def github(text):
    """Annotations and nothing else: ten of a kind at most."""
    kinds = [re.fullmatch(GITHUB, line)[1] for line in text.splitlines()]
    assert all(kinds.count(kind) <= 10 for kind in kinds)
    assert not re.search(r"%(?!25|0A|0D|3A|2C)", text)
    return len(kinds)


def gitlab(text):
    """A list of issues with all that GitLab needs, each with a fingerprint of its own."""
    issues = json.loads(text)
    for issue in issues:
        assert list(issue) == ["check_name", "description", "severity", "fingerprint", "location"]
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"]
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return len(issues)


def junit(text):
    """Suites whose counts are right, with one case at least; no case twice."""
    root = ET.fromstring(text)  # noqa: S314 - our own
    cases = root.findall("./testsuite/testcase")
    assert root.tag == "testsuites"
    for suite in (root, *root):
        assert int(suite.get("tests")) == len(cases) >= 1
        assert int(suite.get("failures")) == len(root.findall("./testsuite/testcase/failure"))
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    return sum(case.get("name") != "no findings" for case in cases)


@cache
def _sarif_schema():
    schema = json.loads((ROOT / "tests/schemas/sarif-2.1.0.json").read_text("utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def sarif(text):
    """A document of the published schema; each result has its rule."""
    document = json.loads(text)
    _sarif_schema().validate(document)
    run = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    return len(run["results"]) + len(run["invocations"][0]["toolConfigurationNotifications"])


def concise(text):
    """One finding a line."""
    assert all(re.fullmatch(r"(.+: )?(error|warning|info)\[CB\d{3}\] .+", line) for line in text.splitlines())
    return len(text.splitlines())


CHECKERS = {
    "table": table, "grid": table, "plain": plain, "csv": csv_, "json": json_, "jsonl": jsonl, "markdown": markdown, "rst": rst,
    "github": github, "gitlab": gitlab, "junit": junit, "sarif": sarif, "concise": concise,
}  # fmt: skip
