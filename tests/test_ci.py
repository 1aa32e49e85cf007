"""The ready-made CI does what it says: it is run as a server would run it, and as pre-commit would."""

import json
import re
import shlex
import shutil

import pytest

from checkers import CHECKERS
from runner import ROOT, here
from servers import CI, NOT_RUN, SHIMS, GitHub, GitLab, read, shell, shims
from test_diff_history import commit, git

PLAN = """\
currency: CNY
total: 100_000
reserve: 8%
calendar: {start: 2027-01}
segments:
  key:   {customers: 40, value: 800_000, owner: wang.li}
  other: {customers: 900, value: 200_000, owner: chen.yu}
activities:
  visits: {category: service, weight: 3}
  gifts:  {category: gift, weight: 1}
"""
SPENT = "date,activity,amount\n2027-01-05,visits,5700\n2027-01-06,gifts,1900\n"
WRONG = PLAN.replace("reserve", "reserv")
TIGHT = PLAN + "limits: [{category: gift, min: 95_000}]\n"
MORE, LITTLE_MORE, OVER = (
    PLAN.replace("100_000", "120_000"),
    PLAN.replace("100_000", "103_000"),
    "2027-01-07,gifts,9000\n",
)
CASES = {
    "nothing changed": ({}, {}, "**No change in money**"),
    "a rise within what is allowed": ({"plan": LITTLE_MORE}, {}, "Budget +3,000.00 CNY (+3.0%)"),
    "a rise above it": ({"plan": MORE}, {"diff": 1}, "Budget +20,000.00 CNY (+20.0%)"),
    "overspending": ({"spent": SPENT + OVER}, {"variance": 1}, "**No change in money**"),
    "a plan with errors": (
        {"plan": WRONG}, {"check": 3, "allocate": 3, "diff": 3, "variance": 3}, "did you mean \\`reserve\\`?",
    ),
    "limits that cannot be met": (
        {"plan": TIGHT}, {"check": 4, "allocate": 4, "diff": 4, "variance": 4}, "**1 error**",
    ),
    "no plan on the base branch": ({"older": None}, {}, "| Total (CNY) | 100,000.00 |"),
    "a plan elsewhere": ({"plan": MORE, "at": "all budgets/2027 北/plan.yaml"}, {"diff": 1}, "Budget +20,000.00 CNY (+20.0%)"),
    "actuals that are not there": ({"spent": None}, {"variance": 2}, "**No change in money**"),
}  # fmt: skip
"""What the branch changes; which command ends with another code than 0; what stands in the comment."""
STEPS = {
    "Check the plan": "check", "Share the money out": "allocate", "Compare with the base branch": "diff",
    "Compare with what was spent": "variance",
}  # fmt: skip
SUMMARY = r"<!-- crmbudget check .*(crmbudget allocate|Allocated ).*(crmbudget variance|Budget against actuals)"
SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}


@pytest.fixture
def bin_(tmp_path):
    return shims(tmp_path / "bin")


def repository(tmp_path, older=PLAN, plan=PLAN, spent=SPENT, at="plan.yaml"):
    """A clone on the branch of a change; the base branch is known as origin/main, and has moved no further."""
    root = tmp_path / "my repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    commit(root, {"README.md": "budgets", **({at: older} if older else {})})
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    commit(root, {at: plan, **({"actuals.csv": spent} if spent else {}), "README.md": "more"})
    return root


def reports(root):
    """The documents that are left; each is whole."""
    found = {path.name: path.read_text("utf-8") for path in (root / "budget-report").iterdir()}
    formats = {"md": "markdown", "csv": "csv", "json": "json", "xml": "junit"}
    for name, text in found.items():
        CHECKERS["gitlab" if name == "codequality.json" else formats[name.rpartition(".")[2]]](text)
    return found


def available(name):
    """The words that start a shell; the test is skipped where it is not installed."""
    if not shutil.which(SHELLS[name][0]):
        pytest.skip(f"{name} is not installed")
    return SHELLS[name]


@pytest.mark.parametrize("case", CASES)
def test_the_workflow_of_github_shows_what_changed_and_fails_where_it_should(case, tmp_path, bin_):
    changed, codes, commented = CASES[case]
    root = repository(tmp_path, **changed)
    (bin_ / "comments.json").write_text("[]")
    done = GitHub(root, bin_, env={"PLAN": changed.get("at", "plan.yaml")}).run()
    assert {STEPS[name]: ran.code for name, ran in done.steps.items() if name in STEPS and ran.code} == codes
    assert done.failed is bool(codes)
    for name in STEPS:
        CHECKERS["github"](done.steps[name].out if older_is_there(changed, name) else "")
    assert set(reports(root)) >= {"allocation.md", "allocation.csv", "comment.md", "variance.md", "variance.json"}
    (comment,) = json.loads((bin_ / "comments.json").read_text("utf-8"))
    assert commented in comment["body"]
    assert comment["body"].endswith(f"<!-- budget of {changed.get('at', 'plan.yaml')} -->\n")
    summary = (bin_ / "summary.md").read_text("utf-8")
    assert re.search(SUMMARY, summary, re.DOTALL)
    assert commented in summary


def older_is_there(changed, step):
    """Whether a step prints annotations and nothing else."""
    return STEPS[step] != "diff" or changed.get("older", PLAN)


def test_annotations_stand_at_the_lines_that_cost_the_money(tmp_path, bin_):
    root = repository(tmp_path, plan=MORE, spent=SPENT + OVER)
    (root / "budget-report").mkdir()
    compared = "Compare with the base branch", "Compare with what was spent"
    done = GitHub(root, bin_).run(*compared)
    rise, over = (done.steps[name].out for name in compared)
    assert rise.startswith(
        "::error title=CB602 20%2C000.00 CNY,file=plan.yaml,line=2,col=8,endColumn=14::the total rises"
    )
    assert re.match(r"::error title=CB511 \S+ CNY,file=plan.yaml,line=10,.*::gifts is over budget", over)


def test_the_comment_is_changed_and_not_repeated(tmp_path, bin_):
    root = repository(tmp_path)
    people = [{"id": 1, "by": "chen.yu", "body": "why? <!-- budget of plan.yaml -->"}]
    (bin_ / "comments.json").write_text(json.dumps(people))
    (root / "budget-report").mkdir()
    for text in ("first", "second"):
        (root / "budget-report/comment.md").write_text(text)
        assert GitHub(root, bin_).run("Comment").steps["Comment"].code == 0
    (root / "budget-report/comment.md").write_text("of the other plan")
    GitHub(root, bin_, env={"PLAN": "other/plan.yaml"}).run("Comment")
    assert [
        (one["by"], one["body"].partition("\n")[0]) for one in json.loads((bin_ / "comments.json").read_text())
    ] == [
        ("chen.yu", "why? <!-- budget of plan.yaml -->"),
        ("github-actions[bot]", "second"),
        ("github-actions[bot]", "of the other plan"),
    ]


FORKS = {
    "a fork": ({"head": "stranger/budgets"}, None),
    "a token that only reads": ({"rights": "reads"}, 1),
}


@pytest.mark.parametrize("case", FORKS)
def test_where_no_comment_may_be_written_the_job_does_not_fail(case, tmp_path, bin_):
    of_run, code = FORKS[case]
    (bin_ / "comments.json").write_text("[]")
    root = repository(tmp_path)
    (root / "budget-report").mkdir()
    (root / "budget-report/comment.md").write_text("x")
    done = GitHub(root, bin_, **of_run).run("Comment")
    assert {name: ran.code for name, ran in done.steps.items()} == ({"Comment": code} if code else {})
    assert (done.failed, (bin_ / "comments.json").read_text()) == (False, "[]")


def test_on_mondays_nothing_is_compared_with_a_base_and_nothing_is_commented(tmp_path, bin_):
    done = GitHub(repository(tmp_path), bin_, event="schedule").run()
    assert {name: ran.code for name, ran in done.steps.items()} == {
        "Install": 0, "Check the plan": 0, "Share the money out": 0, "Compare with what was spent": 0,
    }  # fmt: skip


def test_where_nothing_can_be_installed_one_step_fails(tmp_path, bin_):
    (bin_ / "offline").touch()
    done = GitHub(repository(tmp_path), bin_).run()
    assert (list(done.steps), done.failed) == (["Install"], True)


def test_a_base_that_was_not_fetched_is_no_new_plan(tmp_path, bin_):
    root = repository(tmp_path)
    git(root, "update-ref", "-d", "refs/remotes/origin/main")
    ran = GitHub(root, bin_).run().steps["Compare with the base branch"]
    assert (ran.code, "origin/main" in ran.err, "is new" in ran.out) == (128, True, False)


WORKFLOW = {"name", "on", "permissions", "concurrency", "env", "jobs"}
JOB = {"runs-on", "timeout-minutes", "steps"}
STEP = {"name", "id", "if", "uses", "with", "run", "env", "continue-on-error"}


def test_the_workflow_says_nothing_that_github_does_not_know():
    workflow = read((CI / "github.yml").read_text("utf-8"))
    assert set(workflow) == WORKFLOW
    assert workflow["permissions"] == {"contents": "read", "pull-requests": "write"}
    (job,) = workflow["jobs"].values()
    assert set(job) == JOB
    for step in job["steps"]:
        assert set(step) <= STEP
        assert ("run" in step) != ("uses" in step)
    ids = {step["id"] for step in job["steps"] if "id" in step}
    assert {name for step in job["steps"] for name in re.findall(r"steps\.(\w+)\.", step.get("if", ""))} <= ids


def test_every_action_has_a_version_and_no_script_is_made_of_what_others_wrote():
    """An expression inside a script would run what a branch is called; a variable is only a text."""
    for step in read((CI / "github.yml").read_text("utf-8"))["jobs"]["budget"]["steps"]:
        name, _, version = step.get("uses", "x@v1").partition("@")
        assert name in {*NOT_RUN, "x"}
        assert re.fullmatch(r"v\d+", version)
        assert "${{" not in step.get("run", "")


ON_GITLAB = [
    "overspending", "a plan with errors", "limits that cannot be met", "no plan on the base branch", "a plan elsewhere",
]  # fmt: skip


@pytest.mark.parametrize("case", ON_GITLAB)
def test_the_job_of_gitlab_ends_with_the_worst_code_and_leaves_its_reports(case, tmp_path, bin_):
    changed, codes, commented = CASES[case]
    root = repository(tmp_path, **changed)
    variables = {
        "PLAN": changed.get("at", "plan.yaml"), "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(root, "rev-parse", "HEAD~1").strip(),
    }  # fmt: skip
    ran = GitLab(root, bin_, variables).run()
    found = reports(root)
    assert ran.code == max(codes.values(), default=0), ran.err
    assert commented in found["comment.md"]
    assert set(found) >= {
        "check.json",
        "check.xml",
        "codequality.json",
        "allocation.csv",
        "variance.md",
        "variance.xml",
    }
    failures = {name: "<failure" in text for name, text in found.items() if name.endswith(".xml")}
    assert {name.partition(".")[0] for name, failed in failures.items() if failed} == set(codes) - {"allocate"}
    assert json.loads(found["codequality.json"]) == [] or "check" in codes


def test_a_base_that_gitlab_did_not_fetch_is_no_new_plan(tmp_path, bin_):
    ran = GitLab(repository(tmp_path), bin_, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "f" * 40}).run()
    assert (ran.code, "CB601" in ran.err, "is new" in ran.out) == (2, True, False)


@pytest.mark.parametrize("name", ["busybox", "dash"])
def test_the_job_of_gitlab_needs_no_more_than_a_posix_shell(name, tmp_path, bin_):
    """An image without bash runs it with sh; without a merge request and without actuals there is less to do."""
    root = repository(tmp_path)
    ran = GitLab(root, bin_, {"ACTUALS": ""}, (*available(name), "-e", "-c")).run()
    assert (ran.code, "This is no merge request" in ran.out) == (0, True), ran.err
    assert set(reports(root)) == {"check.json", "check.xml", "codequality.json", "allocation.md", "allocation.csv"}


def test_the_job_says_nothing_that_gitlab_does_not_know():
    ((name, job),) = read((CI / "gitlab-ci.yml").read_text("utf-8")).items()
    assert name == "budget"
    assert set(job) == {"image", "rules", "variables", "before_script", "script", "artifacts"}
    assert set(job["artifacts"]) == {"when", "expose_as", "paths", "reports", "expire_in"}
    assert set(job["artifacts"]["reports"]) == {"codequality", "junit"}


SCRIPTS = {
    "fine": ({}, 0, "== what was spent: fine (exit code 0)"),
    "findings": ({"plan": MORE, "spent": SPENT + OVER}, 1, "== the change: the numbers are valid, but"),
    "no actuals": ({"spent": None}, 2, "== what was spent: it could not start: correct the call"),
    "errors": ({"plan": WRONG}, 3, "== the plan: no numbers: the plan or a file has errors (exit code 3)"),
    "conflict": ({"plan": TIGHT}, 4, "== the plan: no numbers: the limits of the plan cannot be met (exit code 4)"),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_the_script_says_what_an_exit_code_means_and_ends_with_the_worst(case, tmp_path, bin_):
    changed, code, said = SCRIPTS[case]
    ran, found = script(["sh"], repository(tmp_path, **changed), bin_)
    assert (ran.code, said in ran.out) == (code, True), ran.err
    assert ("allocation.csv" in found) is (code < 3)


def test_the_script_gives_the_same_in_every_shell(tmp_path, bin_):
    root = repository(tmp_path, plan=MORE, spent=SPENT + OVER)
    there = [words for words in SHELLS.values() if shutil.which(words[0])]
    first, *others = [script(words, root, bin_) for words in there]
    assert others
    assert all(other == first for other in others)


def script(words, root, bin_):
    """The answer of the script, and the reports that it leaves where older ones lay."""
    (root / "budget-report").mkdir(exist_ok=True)
    (root / "budget-report/allocation.csv").write_text("old numbers")
    ran = shell([*words, CI / "budget.sh"], "", root, bin_, BASE="origin/main", ACTUALS="actuals.csv")
    return ran, reports(root)


STAND_INS = {
    70: "== the plan: a bug in crmbudget: report it, with what crmbudget --debug shows (exit code 70)\n",
    127: "== the plan: crmbudget is not installed (exit code 127)\n",
    130: "== the plan: it was stopped (exit code 130)\n",
}


@pytest.mark.parametrize("code", STAND_INS)
def test_the_script_says_what_else_may_end_a_command(code, tmp_path, bin_):
    (bin_ / "crmbudget").write_text(f"#!/bin/sh\nexit {code}\n")
    ran = shell(["sh", CI / "budget.sh"], "", tmp_path, bin_)
    assert (ran.code, ran.out) == (code, STAND_INS[code])


HOOKS = {hook["id"]: hook for hook in read((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
NAMES = {
    "plan.yaml": True, "plan.yml": True, "budgets/2027/plan.yaml": True, "my plans/north-plan.yaml": True,
    "plan-2027.yaml": True, "plan_north.yml": True, "north.plan.yaml": True, "计划/plan.2027.yaml": True,
    "explanation.yaml": False, "planet.yaml": False, "planning/other.yaml": False, "plan.yaml.bak": False,
    "plan/values.yaml": False, "floorplan.yaml": False, "plan.csv": False,
}  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_says_all_that_pre_commit_needs_and_is_for_plans_alone(hook):
    known = {"id", "name", "description", "entry", "language", "types", "files", "require_serial"}
    assert set(HOOKS[hook]) == known
    assert HOOKS[hook]["language"] == "python"
    assert {name: bool(re.search(HOOKS[hook]["files"], name)) for name in NAMES} == NAMES


HOOK_CASES = {
    "fine": (PLAN, 0, "valid"),
    "a warning": (PLAN + "allocate: [{by: count, max: {key: 10%, other: 10%}}]\n", 1, "warning[CB305]"),
    "an error": (WRONG, 3, "error[CB104]"),
}


@pytest.mark.parametrize("case", HOOK_CASES)
def test_the_hook_fails_from_a_warning_on(case, tmp_path, monkeypatch, capsys):
    """Files follow the entry, as pre-commit gives them."""
    text, code, said = HOOK_CASES[case]
    for name in ("plan.yaml", "my plan.yaml"):
        (tmp_path / name).write_text(text)
    words = shlex.split(HOOKS["crmbudget-check"]["entry"])
    ran = here(monkeypatch, capsys, *words[1:], "plan.yaml", "my plan.yaml", cwd=tmp_path)
    assert (words[0], ran.code, said in ran.out) == ("crmbudget", code, True), ran.out


def test_the_hook_that_repairs_leaves_a_plan_that_the_other_one_passes(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(WRONG)
    for hook in ("crmbudget-fix", "crmbudget-check"):
        words = shlex.split(HOOKS[hook]["entry"])
        ran = here(monkeypatch, capsys, *words[1:], "plan.yaml", cwd=tmp_path)
        assert ran.code == 0, ran.err
    assert (tmp_path / "plan.yaml").read_text() == PLAN


def test_the_programs_of_a_server_are_not_this_machines():
    """What the scripts call is git, coreutils, and what the tests stand in for."""
    text = "\n".join(path.read_text("utf-8") for path in CI.iterdir() if path.suffix in {".yml", ".sh"})
    assert not re.search(r"\b(jq|curl|python3|node|docker)\b", re.sub(r"--jq|image: python\S*|#.*", "", text))
    assert set(SHIMS) == {"crmbudget", "pip", "gh"}


def test_what_the_docs_add_to_the_workflow_has_versions_and_known_keys():
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text("utf-8"), re.DOTALL)
    steps, config = map(read, blocks)
    assert all(set(step) <= STEP and re.search(r"@v\d+$", step.get("uses", "x@v1")) for step in steps)
    assert {hook["id"] for repo in config["repos"] for hook in repo["hooks"]} <= set(HOOKS)
