"""The man page says all that the program takes, and every reader of man pages can show it."""

import importlib.util
import re
import shutil
import subprocess

import pytest

from crmbudget import wording
from crmbudget.completing.declared import declared, names
from runner import ROOT

PAGES = {"en": ROOT / "docs/man/crmbudget.1", "zh": ROOT / "docs/man/zh_CN/crmbudget.1"}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def man():
    place = importlib.util.spec_from_file_location("man", ROOT / "docs/man.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_up_to_date(language, man):
    assert PAGES[language].read_text("utf-8") == man.page(language), "run: make docs"


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("command", names())
def test_every_command_is_there_with_its_arguments_and_options(command, language, man):
    page = man.page(language)
    [section] = re.findall(rf'^\.SS "crmbudget {command}"\n(.*?)(?=^\.S[SH])', page, re.MULTILINE | re.DOTALL)
    known = declared(command)
    tags = re.findall(r"^\.TP\n(.*)$", section, re.MULTILINE)
    told = {name for tag in tags for name in re.findall(r"\\fB(.*?)\\fR", tag)}
    every = {name.replace("-", "\\-") for one in known.options for name in one.names}
    assert every - told == {"\\-\\-lang", "\\-\\-help", "\\-\\-debug"}
    assert {one.takes.upper() for one in known.arguments} <= set(tags)


def test_the_page_has_every_variable_that_the_program_asks_for(man):
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    asked = set(re.findall(r'(?:environ(?:\.get)?[(\[]|^STEP_SUMMARY = |^_EPOCH = )"([A-Z_]+)"', source, re.MULTILINE))
    known = {name for names in man.VARIABLES for name in names.split(", ")}
    # Every program at a terminal asks for that one.
    assert asked - known == {"TERM"}
    assert known - asked == set()


def test_both_languages_have_the_same_parts(man):
    english, chinese = (re.findall(r"^\.(\w+)", man.page(language), re.MULTILINE) for language in ("en", "zh"))
    assert english == chinese
    assert not HAN.search(man.page("en"))
    headings = re.findall(r'^\.SH "(.*)"$', man.page("zh"), re.MULTILINE)
    assert headings == list(man.HEADINGS.values())


def test_the_readers_language_is_as_before(man):
    man.page("zh")
    assert wording.language() == "en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        (".TH 1", "\\&.TH 1"),
        ("'quoted'", "\\(aqquoted\\(aq"),
        ("a\\b --by", "a\\eb \\-\\-by"),
        ("see `--set a=1`.", "see \\fB\\-\\-set a=1\\fR."),
        ("~ ^", "\\(ti \\(ha"),
        ("two\n lines", "two lines"),
        ("计划（A）。完", "计\\:划\\:（A）。\\:完"),
    ],
)
def test_a_text_stays_a_text(text, expected, man):
    assert man.roff(text) == expected


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("reader", ["groff -man -ww -K utf8 -T utf8", "mandoc -T utf8 -W warning,stop"])
def test_a_reader_of_man_pages_shows_it_without_a_warning(reader, language, tmp_path, man):
    command = reader.split()
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    page = tmp_path / "crmbudget.1"
    # The page names its version where others have a day, which mandoc tells.
    page.write_text(
        re.sub(r'^(\.TH \w+ 1) "[^"]*"', r'\1 "2026-01-01"', man.page(language), flags=re.MULTILINE), "utf-8"
    )
    ran = subprocess.run([*command, str(page)], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", ran.stdout.decode())
    assert "--group-by NAMES" in shown
