"""One file per command: options in, one pipeline, one view out. ``run`` is the command; its docstring is the help."""
