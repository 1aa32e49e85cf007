"""The calls of GitHub's `gh` that the workflow makes, with the comments of one pull request in a file."""

import json
import os
import re
import sys
from pathlib import Path

COMMENTS = Path(os.environ["SHIMS"]) / "comments.json"
OURS = '.[] | select(.user.login == "github-actions[bot]" and (.body | contains(env.MARKER))) | .id'


def main(words):
    """Lists, adds or changes a comment; as GitHub does, refuses to write for a token that must not."""
    comments = json.loads(COMMENTS.read_text("utf-8"))
    assert os.environ["GH_TOKEN"]
    match words:
        case ["api", "repos/own/budgets/issues/7/comments", "--paginate", "--jq", filter_]:
            assert filter_ == OURS
            found = [
                one["id"]
                for one in comments
                if one["by"] == "github-actions[bot]" and os.environ["MARKER"] in one["body"]
            ]
            sys.stdout.writelines(f"{number}\n" for number in found)
            return 0
        case ["api", "--silent", "--method", method, path, "-F", body]:
            if "writes" not in os.environ["GH_TOKEN"]:
                sys.stderr.write("gh: Resource not accessible by integration (HTTP 403)\n")
                return 1
            text = Path(body.removeprefix("body=@")).read_text("utf-8")
            assert len(text) <= 65_536
            write(comments, method, path, text)
            return 0
    sys.stderr.write(f"gh: no such call: {words}\n")
    return 2


def write(comments, method, path, text):
    """Puts a text into the comments, as a new one or in the place of an older one."""
    if method == "POST" and path == "repos/own/budgets/issues/7/comments":
        comments.append({"id": len(comments) + 1, "by": "github-actions[bot]", "body": text})
    else:
        number = re.fullmatch(r"PATCH repos/own/budgets/issues/comments/(\d+)", f"{method} {path}")[1]
        next(one for one in comments if one["id"] == int(number))["body"] = text
    COMMENTS.write_text(json.dumps(comments), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
