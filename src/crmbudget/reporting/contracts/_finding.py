"""What a finding is in an answer: one of ``diagnostics``, in every command, and one of the results of ``check``."""

from crmbudget.reporting.contracts._fields import Records, count, money, text
from crmbudget.wording import say

_PLACE = (
    text("path", "The file that it is about.", say("Path"), "plan.yaml", empty=True),
    count("line", "The line, from 1.", say("Line"), empty=True),
    count("column", "The column, from 1.", say("Column"), empty=True),
)
_END = count("end_column", "The column behind the last that it is about.", always=False)
FIELDS = (
    text("code", "The code of the finding; crmbudget explain CODE tells more.", say("Code"), "CB104"),
    text("severity", "How bad it is: error, warning or info.", say("Severity"), "error"),
    text("message", "What is wrong, in a line.", say("Message"), "`resreve` is not a key of a plan"),
    *_PLACE,
    money("money", "How much money it is about.", say("Money"), empty=True),
    text("fix", "One thing to do about it.", say("Fix"), "did you mean `reserve`?", empty=True),
)
DIAGNOSTICS = Records(
    "One finding, the most severe and the most money first.",
    (*FIELDS, _END, text("effect", "What it does to the money.", always=False)),
)
RELATED = Records(
    "A further place that it is about.",
    (text("message", "What is there."), *_PLACE, _END),
    always=False,
)
