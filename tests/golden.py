"""Files that hold the exact text of an answer; CRMBUDGET_GOLDEN=update writes them anew."""

import os


def assert_golden(path, text):
    """The text is what the file holds."""
    if os.environ.get("CRMBUDGET_GOLDEN") == "update":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), (
        f"{path.name} differs; CRMBUDGET_GOLDEN=update accepts the new text"
    )
