"""Every command that the docs show runs, and does what they say."""

import doctest
import importlib.util
import io
import json
import pkgutil
import re
import shlex

import pytest

import crmbudget
from runner import ROOT, here

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("README.md")),
]
GENERATED = {"findings.md"}
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("plan.yaml") if "plugin" not in path.parts)


def commands():
    for page in PAGES:
        if page.name in GENERATED:
            continue
        for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for line in block.splitlines():
                if line.startswith("crmbudget ") and "plugin" not in line and "at-risk" not in line:
                    yield pytest.param(line, id=f"{page.parent.name}/{page.name}: {line}"[-90:])


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_of_the_docs_runs(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    words, _, piped = command.partition("   #")[0].partition(" < ")
    if piped:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((ROOT / piped.strip()).read_bytes())))
    expected = int(found[1]) if (found := re.search(r"# exit (\d)", command)) else 0
    ran = here(monkeypatch, capsys, *shlex.split(words)[1:], cwd=tmp_path)
    assert ran.code == expected, ran.err


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_adds_up_at_every_level(path, monkeypatch, capsys):
    document = json.loads(here(monkeypatch, capsys, "allocate", path, "--format", "json").out)

    def cents(amount):
        return int(amount.replace(".", ""))

    summary = {name: cents(document["summary"][name]) for name in ("total", "reserve", "allocated", "unassigned")}
    assert document["exit_code"] == 0
    assert summary["reserve"] + summary["allocated"] + summary["unassigned"] == summary["total"]
    assert sum(cents(line["amount"]) for line in document["results"]) == summary["allocated"]


def yaml_blocks():
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if page.name in GENERATED:
            continue
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)):
            if re.search(r"^currency:", block, re.MULTILINE) and "from:" not in block:
                yield pytest.param(block, id=f"{page.name}-{number}")


@pytest.mark.parametrize("block", list(yaml_blocks()))
def test_a_plan_of_the_docs_is_valid(block, tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(block, encoding="utf-8")
    assert here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path).code == 0


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert "://" in link or (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.own_environment
def test_the_generated_pages_are_up_to_date(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    place = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    generate = importlib.util.module_from_spec(place)
    place.loader.exec_module(generate)
    assert generate.write(check=True) == [], "run: make docs"


@pytest.mark.parametrize(
    "module",
    sorted(m.name for m in pkgutil.walk_packages(crmbudget.__path__, "crmbudget.") if m.name != "crmbudget.__main__"),
)
def test_an_example_in_a_docstring_is_true(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0
