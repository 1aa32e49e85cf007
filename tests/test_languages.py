"""Readers of another language get every page, and its examples do what those of the English page do."""

import re
import shutil

import pytest

from crmbudget import finding, wording
from crmbudget.finding import explanations
from runner import ROOT, here
from test_errors import commands

FOLDER = ROOT / "src/crmbudget/explanations/zh"
TRANSLATED = sorted(page.stem for page in FOLDER.glob("*.md"))
RULES = {path.stem.replace("_", "-") for path in (ROOT / "src/crmbudget/rules").glob("[a-z]*.py")}
HEADINGS = {"Wrong": "错误示例", "Right": "正确示例"}
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]")


def chinese(name):
    return (FOLDER / f"{name}.md").read_text("utf-8")


def prose(page):
    return BLOCK.sub("", page)


@pytest.fixture
def read_in_chinese():
    wording.read_in("zh")
    yield
    wording.read_in("en")


@pytest.mark.usefixtures("read_in_chinese")
def test_every_page_is_translated_under_each_of_its_names():
    assert set(TRANSLATED) == set(explanations()) - RULES
    assert [name for name, page in explanations().items() if wording.local(page) == page] == []


@pytest.mark.usefixtures("read_in_chinese")
def test_a_page_without_a_translation_is_shown_in_english(monkeypatch):
    monkeypatch.setattr(finding, "language", lambda: "a language without pages")
    assert [name for name, page in explanations().items() if wording.local(page) != page] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_page_has_the_form_of_the_english_one(name):
    english, page = explanations()[name], chinese(name)
    headings = re.findall(r"^## (.*)$", prose(english), re.MULTILINE)
    assert re.findall(r"^## (.*)$", prose(page), re.MULTILINE) == [HEADINGS[one] for one in headings]
    assert [kind for kind, _ in BLOCK.findall(page)] == [kind for kind, _ in BLOCK.findall(english)]
    assert len(re.findall(r"^(- |\|)", prose(page), re.MULTILINE)) == len(
        re.findall(r"^(- |\|)", prose(english), re.MULTILINE)
    )


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_page_keeps_every_key_and_command(name):
    def quoted(page):
        return set(re.findall(r"`([^`\n]+)`", prose(page)))

    assert quoted(explanations()[name]) - quoted(chinese(name)) == set()


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_page_is_chinese_with_full_width_signs(name):
    texts = [re.sub(r"`[^`\n]*`", "", text) for text in prose(chinese(name)).split("\n\n") if text.strip()]
    assert [text for text in texts if not HAN.search(text)] == []
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", text)] == []


def localized():
    """Each example that is not the English one word for word, with the English wrong one and whether it is right."""
    for name in TRANSLATED:
        told, known = BLOCK.findall(chinese(name)), BLOCK.findall(explanations()[name])
        for number, ((_, block), (_, english)) in enumerate(zip(told, known, strict=True)):
            if block != english:
                yield pytest.param(name, block, known[0][1], number > 0, id=f"{name}-{number}")


@pytest.mark.parametrize(("code", "block", "wrong", "is_right"), list(localized()))
def test_an_example_in_chinese_words_does_what_the_english_one_does(
    code, block, wrong, is_right, tmp_path, monkeypatch, capsys
):
    case = tmp_path / "case"
    shutil.copytree(ROOT / "tests/errors" / code, case)
    [file] = [file for file in case.glob("*.*") if file.read_text("utf-8") == wrong]
    file.write_text(block, "utf-8")
    ran = here(monkeypatch, capsys, *commands(case), cwd=case)
    assert f"[{code}]" in ran.out + ran.err or is_right
    assert f"[{code}]" not in ran.out + ran.err or not is_right


@pytest.mark.parametrize("name", ["CB104", "cb104", "owner-missing", "exit-codes"])
def test_people_get_a_page_in_their_language_and_programs_the_english_one(name, monkeypatch, capsys):
    for form, is_chinese in [("table", True), ("markdown", True), ("json", False), ("csv", False)]:
        ran = here(monkeypatch, capsys, "explain", name, "--format", form, "--lang", "zh")
        assert (ran.code, bool(HAN.search(ran.out))) == (0, is_chinese)


def keys_of(page):
    """The keys that the tables of a page have in their first column."""
    rows = re.findall(r"^\| (`[^|]*) \|", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


def test_the_chinese_page_of_the_plan_has_every_key_of_the_english_one():
    assert keys_of("plan.md") - keys_of("zh/plan.md") == set()


def test_the_finding_in_the_chinese_quick_start_is_what_check_says(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "check", "plan.yaml", "--lang", "zh", cwd=ROOT / "tests/errors/CB104")
    told = ran.out.partition("\n\n")[0]
    assert f"```text\n{told}\n```" in (ROOT / "docs/zh/README.md").read_text("utf-8")
