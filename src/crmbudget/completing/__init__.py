"""What TAB offers: words for a command line that is being typed. Nothing here validates, and nothing here may fail.

A script of each shell (``scripts/``) calls ``crmbudget __complete``; ``typed`` reads what stands on the line, ``offering``
finds the words, ``shells`` quotes them so that no shell ever runs one.
"""

from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
SHELLS = {"bash": "bash.sh", "fish": "fish.fish", "powershell": "powershell.ps1", "zsh": "zsh.zsh"}


def script(shell: str) -> str:
    """The script that a shell sources; KeyError where there is none for it."""
    return (SCRIPTS / SHELLS[shell]).read_text("utf-8").rstrip("\n")
