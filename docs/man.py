"""The man page, in English and in Chinese: what the program declares, and the little that only a man page says."""

import re
from inspect import cleandoc

from crmbudget import __version__, wording
from crmbudget.completing.declared import EVERYWHERE, OUTSIDE, declared, names
from crmbudget.finding import explanations
from crmbudget.wording import local

NOTE = '.\\" Written by docs/generate.py; change what it reads instead.\n'
TITLE = {"en": "User Commands", "zh": "用户命令"}
HEADINGS = {
    "NAME": "名称",
    "SYNOPSIS": "概要",
    "DESCRIPTION": "描述",
    "OPTIONS": "选项",
    "COMMANDS": "命令",
    "FILES": "文件",
    "ENVIRONMENT": "环境变量",
    "EXIT STATUS": "退出状态",
    "EXAMPLES": "示例",
    "SEE ALSO": "另见",
}
BREAK = re.compile(r"[\u3001-\u9fff\uff00-\uff5e](?<![（“《])(?=[\w`\\（“《])")
"""Where a line of Chinese may end, which has no spaces: not behind what opens, nor before what closes."""
SAYS = {
    "en": "plan, share out and explain a customer-retention budget",
    "zh": "规划、分配并解释客户维系预算",
}
ABOUT = {
    "en": """
        A plan is a YAML file that says how much money there is, for which segments, activities, channels and periods, and
        by which steps it is shared out. `crmbudget` checks the plan, shares the money out to the cent, explains every
        figure, and holds what was spent against it.

        What a command answers is written to standard output, what it has to say about it to standard error.
        """,
    "zh": """
        计划是一个 YAML 文件，写明有多少钱，用于哪些客群、活动、渠道和期间，以及按哪些步骤分配。
        `crmbudget` 检查计划，把钱分配到每一分，解释每个数字，并把实际支出与计划对照。

        命令的答复写到标准输出，关于答复的说明写到标准错误。
        """,
}
EVERY = {"en": "Every command takes these.", "zh": "每个命令都接受这些选项。"}
FILES = {
    "plan.yaml": {
        "en": "The plan. Where `variance` is told no other, it takes the nearest one, from the folder of the actuals up to "
        "the root of the repository.",
        "zh": "计划文件。若没有为 `variance` 指定计划，它从实际支出文件所在的文件夹开始逐级向上，直到版本库的根，采用最近的一个。",
    },
}
VARIABLES = {
    "CRMBUDGET_LANG": {
        "en": "The language of texts for people: `en` or `zh`. `--lang` beats it; without both, `LC_ALL`, `LC_MESSAGES` and "
        "`LANG` are asked in turn.",
        "zh": "给人看的文字所用的语言：`en` 或 `zh`。`--lang` 优先于它；两者都没有时依次看 `LC_ALL`、`LC_MESSAGES` 和 `LANG`。",
    },
    "CRMBUDGET_PLAN": {
        "en": "The plan that `variance` takes where `--plan` names none.",
        "zh": "没有 `--plan` 时 `variance` 采用的计划。",
    },
    "NO_COLOR": {"en": "Where it is set, nothing is coloured.", "zh": "设置后不用颜色。"},
    "FORCE_COLOR, CLICOLOR_FORCE": {
        "en": "Where one is set, output is coloured off a terminal too, unless `NO_COLOR` is set.",
        "zh": "设置其中之一后，不在终端上也用颜色，除非设置了 `NO_COLOR`。",
    },
    "COLUMNS": {
        "en": "The width of the lines that are written; else that of the terminal. Off a terminal nothing is wrapped.",
        "zh": "输出的行宽；没有设置时用终端的宽度。不在终端上则不折行。",
    },
    "SOURCE_DATE_EPOCH": {
        "en": "The day on which `check` looks at a plan, in seconds since 1970; `--as-of` beats it.",
        "zh": "`check` 检查计划所用的日期，为自 1970 年起的秒数；`--as-of` 优先于它。",
    },
    "GITHUB_STEP_SUMMARY": {
        "en": "The file to which `--step-summary` appends. GitHub sets it.",
        "zh": "`--step-summary` 追加写入的文件，由 GitHub 设置。",
    },
}
EXAMPLES = {
    "crmbudget check plan.yaml": {"en": "Say everything that is wrong with a plan.", "zh": "一次说出计划的所有问题。"},
    "crmbudget allocate plan.yaml --output budget.csv": {
        "en": "Share the money out, and write every line to a file.",
        "zh": "分配金额，并把每一行写入文件。",
    },
    "crmbudget explain plan.yaml segment=key period=2027-09": {
        "en": "Explain a figure, step by step from the total.",
        "zh": "从总额起一步步解释一个数字。",
    },
    "crmbudget variance actuals.csv --fail-on warning": {
        "en": "Hold what was spent against the plan; exit with 1 where a threshold is passed.",
        "zh": "把实际支出与计划对照；超过阈值时以 1 退出。",
    },
    "crmbudget diff plan.yaml --base-ref main": {
        "en": "Say what a change of the plan moves, in money.",
        "zh": "说明对计划的修改移动了多少金额。",
    },
}
ALSO = {
    "en": "`crmbudget explain CODE` shows the page of a finding; `crmbudget completion SHELL` prints a script that lets TAB "
    "complete. `git`(1)",
    "zh": "`crmbudget explain CODE` 显示一个问题的说明页；`crmbudget completion SHELL` 打印让 TAB 补全的脚本。`git`(1)",
}


def page(language):
    """The man page in a language of the program."""
    before = wording.language()
    wording.read_in(language)
    try:
        return NOTE + "".join(_lines(language))
    finally:
        wording.read_in(before)


def roff(text):
    r"""A text as roff takes it for a text; what stands between backticks becomes bold.

    >>> print(roff(".a `--b` \\c"))
    \&.a \fB\-\-b\fR \ec
    """
    signs = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti"}
    plain = "".join(signs.get(sign, sign) for sign in " ".join(text.split()))
    plain = BREAK.sub(r"\g<0>\:", plain)
    shown = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", plain)
    return f"\\&{shown}" if shown.startswith(".") else shown


def _lines(language):
    def heading(name):
        return f'.SH "{name if language == "en" else HEADINGS[name]}"\n'

    def told(words):
        return "".join(_entry(f"`{word}`", text[language]) for word, text in words.items())

    yield f'.TH CRMBUDGET 1 "{__version__}" "crmbudget" "{TITLE[language]}"\n.ad l\n.nh\n'
    yield heading("NAME") + f"crmbudget \\- {roff(SAYS[language])}\n"
    yield heading("SYNOPSIS") + _synopsis(["[COMMAND]", "[OPTION]...", "[ARGUMENT]..."])
    yield heading("DESCRIPTION") + _paragraphs(cleandoc(ABOUT[language]))
    yield heading("OPTIONS") + roff(EVERY[language]) + "\n" + _all(EVERYWHERE)
    yield _all(one for one in OUTSIDE.options if one not in EVERYWHERE)
    yield heading("COMMANDS") + "".join(map(_command, names()))
    yield heading("FILES") + told(FILES)
    yield heading("ENVIRONMENT") + told(VARIABLES)
    yield heading("EXIT STATUS") + _codes()
    yield heading("EXAMPLES") + told(EXAMPLES)
    yield heading("SEE ALSO") + roff(ALSO[language]) + "\n"


def _command(name):
    """A command: how it is called, what it does, its arguments, its own options."""
    known = declared(name)
    arguments = [_value(one) if one.needed else f"[{_value(one)}]" for one in known.arguments]
    own = [one for one in known.options if one not in EVERYWHERE]
    options = ["[OPTION]..."] if own else []
    heading = f'.SS "{roff(f"crmbudget {name}")}"\n'
    return (
        heading
        + _synopsis([name, *options, *arguments])
        + ".PP\n"
        + _paragraphs(local(known.help))
        + _all([*known.arguments, *own])
    )


def _synopsis(words):
    return f"\\fBcrmbudget\\fR {roff(' '.join(words))}\n"


def _paragraphs(text):
    return ".PP\n".join(f"{roff(part)}\n" for part in text.split("\n\n"))


def _all(taken):
    return "".join(_entry(_called(one), local(one.help)) for one in taken)


def _called(one):
    """How an option or an argument is written."""
    called = ", ".join(f"`{name}`" for name in one.names)
    return " ".join(filter(None, (called, _value(one))))


def _value(one):
    """The word for what is taken, in capitals."""
    return one.takes.upper()


def _entry(word, text):
    return f".TP\n{roff(word)}\n{roff(text)}\n"


def _codes():
    """The table of exit codes as it stands in its page, and what is said below it."""
    text = local(explanations()["exit-codes"])
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE)
    after = text.rpartition("|\n\n")[2].strip()
    return "".join(_entry(f"`{code}`", meaning) for code, meaning in rows) + f".PP\n{roff(after)}\n"
