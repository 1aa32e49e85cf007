"""Report -> text, one file per format; the name on the command line is the name of the file.

A format has ``ENDINGS``, the file endings that choose it, and ``render(report, screen)``, which yields text. One with
``FOR_PROGRAMS`` is in English, whatever the reader's language.
"""
