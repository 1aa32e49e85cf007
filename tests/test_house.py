"""The house rules that a machine can keep (docs/decisions.md says why each is there)."""

import ast
import re
import statistics

import pytest

import crmbudget
from crmbudget import registry
from runner import ROOT

SOURCE = ROOT / "src/crmbudget"
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
RICH_IN = {"reporting/formats/table.py", "reporting/excerpt.py"}


def name(path):
    return path.relative_to(SOURCE).as_posix()


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_function_fits_on_half_a_screen(path):
    assert [f.name for f in functions(TREES[path]) if f.end_lineno - f.lineno + 1 > 50] == []


def test_most_functions_are_short():
    bodies = [f.end_lineno - f.body[0].lineno + 1 for tree in TREES.values() for f in functions(tree)]
    assert statistics.median(bodies) <= 6


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_the_command_line_prints_or_exits(path):
    called = {
        node.func.id for node in ast.walk(TREES[path]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    text = path.read_text(encoding="utf-8")
    assert not called & {"print", "exit", "quit"}
    assert name(path) in {"cli.py", "delivery.py", "__main__.py"} or not re.search(r"sys\.(stdout|exit)\b", text)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_rich_stays_where_text_is_laid_out(path):
    imported = [node.module or "" for node in ast.walk(TREES[path]) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(TREES[path]) if isinstance(node, ast.Import) for alias in node.names]
    assert name(path) in RICH_IN or not [module for module in imported if module.partition(".")[0] == "rich"]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_float_is_written_near_money(path):
    rooms = ("money", "planning/", "allocation/", "reading/", "monitoring/", "comparing/")
    # A number of a spreadsheet is a float until it is text.
    if not name(path).startswith(rooms) or name(path) == "reading/workbook.py":
        return
    floats = [
        node.lineno
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    casts = [
        node.lineno
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
    ]
    solver = name(path).startswith("allocation/limits")
    assert solver or not floats + casts


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: path.name)
def test_nothing_is_left_for_later(path):
    marks = "TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK"
    assert not re.search(rf"\b({marks})\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(TREES[path])


def test_the_public_names_are_these():
    assert sorted(crmbudget.__all__) == [
        "Budget",
        "Finding",
        "Plan",
        "Refused",
        "allocate",
        "load_plan",
        "read_plan",
        "split",
    ]
    assert all(getattr(crmbudget, public) for public in crmbudget.__all__)


FAMILIES = {
    "crmbudget.allocation.strategies": ["activity", "channel", "count", "equal", "fixed", "formula", "period", "value"],
    "crmbudget.reporting.formats": [
        "concise",
        "csv",
        "github",
        "gitlab",
        "grid",
        "json",
        "jsonl",
        "junit",
        "markdown",
        "plain",
        "rst",
        "sarif",
        "table",
    ],
    "crmbudget.reporting.contracts": ["allocation", "diff", "explanation", "findings", "start", "variance"],
    "crmbudget.rules": ["calendar-past", "owner-missing", "segment-without-money", "unit-looks-wrong"],
    "crmbudget.commands": [
        "allocate",
        "check",
        "completion",
        "diff",
        "explain",
        "init",
        "scenarios",
        "schema",
        "show",
        "strategies",
        "variance",
    ],
}


@pytest.mark.parametrize(("package", "known"), FAMILIES.items())
def test_a_family_is_found_by_its_files(package, known):
    assert set(known) <= set(registry.own_names(package))
    assert all(registry.module(package, member) for member in known)


@pytest.mark.parametrize("package", FAMILIES)
def test_members_of_a_family_never_import_each_other(package):
    folder = SOURCE / package.removeprefix("crmbudget.").replace(".", "/")
    for path in folder.glob("[a-z]*.py"):
        modules = [node.module or "" for node in ast.walk(TREES[path]) if isinstance(node, ast.ImportFrom)]
        assert not [
            module
            for module in modules
            if module.startswith(f"{package}.") and not module.split(".")[-1].startswith("_")
        ], path


def test_the_repository_names_no_machine_and_no_registry():
    hosts = re.compile("pypi" + r"\.org|files\.python" + "hosted|/ro" + "ot/|/wo" + "rk/|loca" + r"lhost:\d")
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".sh"}
    folders = ("src", "docs", "examples", "tests", "bench", ".github")
    places = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    found = [
        path
        for path in [*places, *ROOT.glob("*.*"), ROOT / "Makefile", ROOT / ".ci/run"]
        if (path.suffix in kinds or path.name in {"Makefile", "run"})
        and path.is_file()
        and hosts.search(path.read_text("utf-8", "replace"))
    ]
    assert found == []
