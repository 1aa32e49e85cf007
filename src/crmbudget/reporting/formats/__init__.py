"""Report -> text, one file per format; the name on the command line is the name of the file.

A format has ``ENDINGS``, the file endings that choose it, and ``render(report, screen)``, which yields text. One with
``FOR_PROGRAMS`` is in English, whatever the reader's language; one with ``UTF8`` is so wherever it goes; in one with
``FROM_ROOT`` the paths of findings begin at the root of their repository. What is ``FOR_TERMINALS`` leaves findings to
standard error.
"""
