"""A real shell at a terminal, in which somebody types and presses TAB."""

import os
import pty
import re
import select
import subprocess
import sys
from contextlib import contextmanager

STARTS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
# The program itself is found by a script of that name; a function of that name shows what the shell makes of a line.
SETS_UP = {
    "bash": (
        "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; source <(crmbudget completion bash); "
        "crmbudget() { for a in \"$@\"; do printf 'A%s<%s>\\n' RG \"$a\"; done; echo E''ND; }; echo REA''DY\n"
    ),
    "zsh": (
        "unsetopt prompt_sp; autoload -Uz compinit; compinit -u -D; source <(crmbudget completion zsh); "
        "crmbudget() { for a; do printf 'A%s<%s>\\n' RG \"$a\"; done; echo E''ND; }; echo REA''DY\n"
    ),
    "fish": (
        "crmbudget completion fish | source; "
        "function crmbudget; for a in $argv; printf 'A%s<%s>\\n' RG $a; end; echo E''ND; end; echo REA''DY\n"
    ),
}
# Makes what it stands on the terminal of its session, then becomes the shell.
AT_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
PATIENCE = 60
"""Seconds after which a shell that says nothing is given up."""


class Terminal:
    """What a shell shows, and what is typed into it."""

    def __init__(self, descriptor):
        self.descriptor, self.shown = descriptor, ""

    def answer(self, typed, ending):
        """What is shown from what is typed on up to an ending."""
        os.write(self.descriptor, typed.encode())
        while (found := self.shown.find(ending)) < 0:
            ready, _, _ = select.select([self.descriptor], [], [], PATIENCE)
            if not ready:
                raise TimeoutError(self.shown)
            self.shown += os.read(self.descriptor, 65536).decode("utf-8", "replace")
        told, self.shown = self.shown[:found], self.shown[found + len(ending) :]
        return told

    def words(self, line):
        """The words that the program is given once a line is typed, with every TAB in it, and sent off."""
        return re.findall(r"ARG<(.*?)>\r?\n", self.answer(f"{line}\n", "END"), re.DOTALL)


@contextmanager
def terminal(shell, folder, programs):
    """A terminal with a shell in a folder, which has the program and its completion."""
    program = programs / "crmbudget"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmbudget "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "> ",
        "COLUMNS": "200", "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }  # fmt: skip
    descriptor, inside = pty.openpty()
    command = [sys.executable, "-c", AT_TERMINAL, *STARTS[shell]]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    )
    os.close(inside)
    try:
        found = Terminal(descriptor)
        found.answer(SETS_UP[shell], "READY")
        yield found
    finally:
        process.kill()
        process.wait()
        os.close(descriptor)
