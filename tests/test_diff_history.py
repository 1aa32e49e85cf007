"""The older plan is read from git's objects, whatever the names are, and nothing of the repository is touched."""

import os
import subprocess

import pytest

from crmbudget.finding import Refused
from crmbudget.planning.history import load_plan_at
from runner import here

PLAN = "currency: CNY\ntotal: {total}\ncustomers: {{from: {source}, id: id, segment: group, value: worth}}\n"
CUSTOMERS = "id,group,worth\n1,a,100\n2,b,100\n"
LINES = "currency: CNY\ncalendar: {start: 2027-01}\nlines: {from: ready.csv}\n"
READY = "segment,period,amount\na,2027-01,10\nb,2027-01,20\n"
ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2026-11-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_COMMITTER_DATE": "2026-11-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | ENVIRONMENT
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=environment)
    return done.stdout.decode()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two commits in a folder with a space and signs in its name: first a total of 100, then of 150 with other customers."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    root = tmp_path / "my repo"
    folder = root / "计划 ü"
    folder.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    commit(
        root,
        {"计划 ü/plan.yaml": PLAN.format(total=100, source="../lists/customers.csv"), "lists/customers.csv": CUSTOMERS},
    )
    git(root, "tag", "v1")
    other = CUSTOMERS.replace("2,b,100", "2,b,300")
    commit(
        root,
        {"计划 ü/plan.yaml": PLAN.format(total=150, source="../lists/customers.csv"), "lists/customers.csv": other},
    )
    return root


def commit(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")


def diff(monkeypatch, capsys, root, *arguments):
    return here(monkeypatch, capsys, "diff", *arguments, cwd=root)


def state(root):
    """Everything in the repository: its files with their bytes and times, those of git's own folder included."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("ref", ["HEAD~1", "v1", "main~1", "HEAD^", "refs/tags/v1"])
@pytest.mark.parametrize("inside", [True, False])
def test_the_older_plan_and_its_customers_come_from_the_commit(repository, ref, inside, monkeypatch, capsys):
    folder, path = (repository / "计划 ü", "plan.yaml") if inside else (repository, "计划 ü/plan.yaml")
    before = state(repository)
    ran = diff(monkeypatch, capsys, folder, path, "--base-ref", ref)
    assert ran.code == 0, ran.err
    assert "Budget +50.00 CNY (+50.0%): 100.00 -> 150.00" in ran.out
    assert "segments.b.value: 100.00 -> 300.00" in ran.out
    assert state(repository) == before


def test_a_commit_is_named_by_its_hash_too_and_shown_as_it_was_named(repository):
    sha = git(repository, "rev-parse", "HEAD~1").strip()
    loaded = load_plan_at(str(repository / "计划 ü/plan.yaml"), sha)
    assert [one.path for one in loaded.inputs] == [f"{sha}:计划 ü/plan.yaml", f"{sha}:计划 ü/../lists/customers.csv"]
    assert loaded.source.place(("total",)).path == f"{sha}:计划 ü/plan.yaml"
    assert {segment.value for segment in loaded.ready.segments.values()} == {100_00}


def test_what_is_changed_and_not_committed_is_the_newer_plan(repository, monkeypatch, capsys):
    (repository / "计划 ü/plan.yaml").write_text(PLAN.format(total=90, source="../lists/customers.csv"), "utf-8")
    ran = diff(monkeypatch, capsys, repository / "计划 ü", "plan.yaml", "--base-ref", "HEAD")
    assert "Budget -60.00 CNY (-40.0%): 150.00 -> 90.00" in ran.out


def test_a_plan_that_names_no_file_and_one_of_lines_come_back_too(repository, monkeypatch, capsys):
    own = "{currency: CNY, total: 10, segments: {a: {value: 1}}}"
    commit(repository, {"own.yaml": own, "lines/plan.yaml": LINES, "lines/ready.csv": READY})
    commit(repository, {"own.yaml": own.replace("10", "11"), "lines/ready.csv": READY.replace(",20\n", ",25\n")})
    assert "10.00 -> 11.00" in diff(monkeypatch, capsys, repository, "own.yaml", "--base-ref", "HEAD~1").out
    ran = diff(monkeypatch, capsys, repository / "lines", "plan.yaml", "--base-ref", "HEAD~1")
    assert "30.00 -> 35.00" in ran.out
    assert "lines: 1 of 2 lines differ" in ran.out


def test_a_link_in_the_commit_is_followed(repository, monkeypatch, capsys):
    (repository / "linked").mkdir()
    (repository / "linked/customers.csv").symlink_to("../lists/customers.csv")
    commit(repository, {"linked/plan.yaml": PLAN.format(total=1, source="customers.csv")})
    (repository / "linked/plan.yaml").write_text(PLAN.format(total=2, source="customers.csv"), "utf-8")
    ran = diff(monkeypatch, capsys, repository / "linked", "plan.yaml", "--base-ref", "HEAD")
    assert "1.00 -> 2.00" in ran.out


def test_a_plan_that_moved_is_named_where_it_was(repository, monkeypatch, capsys):
    (repository / "new").mkdir()
    (repository / "计划 ü/plan.yaml").rename(repository / "new/plan.yaml")
    commit(repository, {})
    ran = diff(monkeypatch, capsys, repository, "new/plan.yaml", "--base-ref", "v1")
    assert (ran.code, "crmbudget diff '计划 ü/plan.yaml' new/plan.yaml --base-ref v1" in ran.err) == (2, True)
    moved = diff(monkeypatch, capsys, repository, "计划 ü/plan.yaml", "new/plan.yaml", "--base-ref", "v1")
    assert (moved.code, "100.00 -> 150.00" in moved.out) == (0, True), moved.err


def test_no_hook_filter_or_pager_runs(repository, monkeypatch, capsys):
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/sprung'\ncat\n", "utf-8")
    trap.chmod(0o755)
    for key in (
        "core.pager",
        "core.fsmonitor",
        "filter.trap.smudge",
        "filter.trap.clean",
        "diff.trap.textconv",
        "core.sshCommand",
    ):
        git(repository, "config", key, str(trap))
    (repository / ".gitattributes").write_text("* filter=trap diff=trap\n")
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (repository / ".git/hooks" / hook).symlink_to(trap)
    ran = diff(monkeypatch, capsys, repository, "计划 ü/plan.yaml", "--base-ref", "HEAD~1")
    assert (ran.code, (repository / "sprung").exists()) == (0, False)


def test_the_environment_may_say_which_repository(repository, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository))
    assert diff(monkeypatch, capsys, repository, "计划 ü/plan.yaml", "--base-ref", "HEAD~1").code == 0
    (tmp_path / "plan.yaml").write_text("{currency: CNY, total: 10, segments: {a: {value: 1}}}")
    ran = diff(monkeypatch, capsys, tmp_path, "plan.yaml", "--base-ref", "HEAD")
    assert (ran.code, "is not in the repository" in ran.err) == (2, True)


def refusal(path, ref):
    with pytest.raises(Refused) as refused:
        load_plan_at(str(path), ref)
    (finding,) = refused.value.findings
    assert (refused.value.exit_code, finding.code) == (2, "CB601")
    assert finding.place
    return f"{finding.message} | {finding.fix}"


def test_a_ref_that_leads_nowhere_names_a_near_one(repository):
    git(repository, "branch", "release")
    git(repository, "remote", "add", "origin", "nowhere")
    path = repository / "计划 ü/plan.yaml"
    assert "there is no commit `relaese` in this repository | did you mean `release`?" in refusal(path, "relaese")
    assert "fetch it: git fetch origin feature/x" in refusal(path, "origin/feature/x")
    assert "`main..HEAD` is a range of commits, and a plan stands at one | say --base-ref main" in refusal(
        path, "main..HEAD"
    )
    assert "there is no commit `--all`" in refusal(path, "--all")
    assert "there is no commit `HEAD:lists`" in refusal(path, "HEAD:lists")


def test_a_shallow_clone_says_that_it_is_one(repository, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "clone")
    assert "fetch-depth: 0" in refusal(tmp_path / "clone/计划 ü/plan.yaml", "HEAD~1")


def test_a_plan_that_is_not_there_yet_is_told(repository):
    (repository / "other.yaml").write_text("x")
    assert "there is no other.yaml at `HEAD` | name a commit that has it" in refusal(repository / "other.yaml", "HEAD")


def test_a_list_that_was_never_committed_is_told(repository):
    commit(repository, {"a/plan.yaml": PLAN.format(total=1, source="secret.csv")})
    told = refusal(repository / "a/plan.yaml", "HEAD")
    assert "there is no a/secret.csv at `HEAD`, and a/plan.yaml names it there" in told


@pytest.mark.parametrize("source", ["../../../outside.csv", "/outside.csv"])
def test_a_list_outside_of_the_repository_is_told(repository, source):
    commit(repository, {"a/plan.yaml": PLAN.format(total=1, source=source)})
    assert "which is not in the repository" in refusal(repository / "a/plan.yaml", "HEAD")


def test_a_pointer_of_large_file_storage_is_no_list(repository):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    commit(repository, {"a/plan.yaml": PLAN.format(total=1, source="big.csv"), "a/big.csv": pointer})
    assert "a/big.csv is in Git LFS" in refusal(repository / "a/plan.yaml", "HEAD")


def test_content_that_a_partial_clone_left_out_is_told(repository):
    sha = git(repository, "rev-parse", "HEAD~1:lists/customers.csv").strip()
    (repository / ".git/objects" / sha[:2] / sha[2:]).unlink()
    assert "git has no content for it" in refusal(repository / "计划 ü/plan.yaml", "HEAD~1")


def test_without_a_repository_or_without_git_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "plan.yaml").write_text("x")
    assert "git cannot look here: not a git repository" in refusal(tmp_path / "plan.yaml", "main")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed here | install git" in refusal(tmp_path / "plan.yaml", "main")


def test_what_is_wrong_with_the_older_plan_is_told_at_its_place(repository, monkeypatch, capsys):
    commit(repository, {"a/plan.yaml": "currency: CNY\ntotal: x\n", "b/plan.yaml": "x" * (64 * 2**20 + 1)})
    commit(
        repository,
        {
            "a/plan.yaml": "{currency: CNY, total: 1, segments: {a: {value: 1}}}",
            "b/plan.yaml": "{currency: CNY, total: 1}",
        },
    )
    ran = diff(monkeypatch, capsys, repository, "a/plan.yaml", "--base-ref", "HEAD~1")
    assert (ran.code, "HEAD~1:a/plan.yaml:2:8" in ran.err) == (3, True)
    ran = diff(monkeypatch, capsys, repository, "b/plan.yaml", "--base-ref", "HEAD~1")
    assert (ran.code, "HEAD~1:b/plan.yaml is over 64 MiB" in ran.err, "crmbudget-" in ran.err) == (3, True, False)
    commit(
        repository,
        {"c/plan.yaml": PLAN.format(total=1, source="customers.csv"), "c/customers.csv": "id,group,worth\n1,a,x\n"},
    )
    ran = diff(monkeypatch, capsys, repository, "c/plan.yaml", "--base-ref", "HEAD")
    assert (ran.code, "HEAD:c/customers.csv:2" in ran.err, "crmbudget-" in ran.err) == (3, True, False)
