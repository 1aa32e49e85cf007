"""Arithmetic in a plan: read once by a short whitelist, evaluated exactly.

``value * churn``, ``MonthlyCharges * 12``, ``Churn == "Yes"``. Names in backticks may hold anything: ```Charge Amount` * 2``.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.finding import Misread, one_of
from crmbudget.wording import say

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {"min": min, "max": max}
_COMPUTE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
LENGTH_MAX = 400


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Word:
    """A text in quotes; only a comparison may hold one."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A number of the member, or a column of the file."""

    value: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a function, on its operands."""

    sign: str
    operands: "tuple[Expression, ...]"


Expression = Number | Word | Name | Apply


def parse(text: str) -> Expression:
    """The expression that a text holds; Misread where it is none."""
    if len(text) > LENGTH_MAX:
        raise Misread(
            "CB120", say("the expression is longer than {length_max} signs", length_max=LENGTH_MAX), say("shorten it")
        )
    quoted: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        quoted.append(found[1])
        return f"_quoted{len(quoted) - 1}_"

    plain = re.sub(r"`([^`]+)`", stand_in, text.strip())
    try:
        body = ast.parse(plain, mode="eval").body
        return _convert(body, plain, quoted)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, Misread):
            raise
        raise _unread(text) from error


def _unread(text: str) -> Misread:
    if "%" in text:
        return Misread(
            "CB120",
            say("`{text}` is not an expression: a percent sign has no meaning in it", text=text),
            say("write 0.2 for 20%"),
        )
    return Misread(
        "CB120",
        say("`{text}` is not an expression", text=text),
        say("use numbers, names, + - * /, min(), max(), parentheses, and == for a test"),
    )


def _convert(node: ast.AST, text: str, quoted: list[str]) -> Expression:
    def inner(child: ast.AST) -> Expression:
        return _convert(child, text, quoted)

    match node:
        case ast.Constant(value=str() as value):
            return Word(value)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Number(_exact(ast.get_source_segment(text, node) or ""))
        case ast.Name(id=name):
            stands_for = re.fullmatch(r"_quoted([0-9]+)_", name)
            return Name(quoted[int(stands_for[1])] if stands_for and int(stands_for[1]) < len(quoted) else name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Apply("-", (Number(Fraction(0)), inner(operand)))
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATORS:
            return Apply(_OPERATORS[type(op)], (inner(left), inner(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return Apply(_COMPARISONS[type(op)], (inner(left), inner(right)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            return Apply(name, tuple(inner(argument) for argument in args))
        case _:
            raise _unread(ast.get_source_segment(text, node) if isinstance(node, ast.expr) else text)  # type: ignore[arg-type]


def _exact(digits: str) -> Fraction:
    if not re.fullmatch(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?|\.[0-9]+", digits):
        raise Misread("CB120", say("`{digits}` is not a plain number", digits=digits), say("write it in digits"))
    return Fraction(digits.replace("_", ""))


def names(expression: Expression) -> tuple[str, ...]:
    """Every name in the expression, in order, each once."""
    match expression:
        case Name(value):
            return (value,)
        case Apply(_, operands):
            return tuple(dict.fromkeys(name for operand in operands for name in names(operand)))
        case _:
            return ()


def evaluate(expression: Expression, numbers: Mapping[str, Fraction]) -> Fraction:
    """The exact value with these numbers; Misread for an unknown name or a division by zero."""
    match expression:
        case Number(value):
            return value
        case Name(name):
            if name not in numbers:
                raise Misread("CB121", say("there is no number `{name}` here", name=name), one_of(name, numbers))
            return numbers[name]
        case Apply(sign, operands):
            values = [evaluate(operand, numbers) for operand in operands]
            if sign == "/" and values[1] == 0:
                raise Misread(
                    "CB122", say("the expression divides by zero"), say("guard the divisor, as in max(1, ...)")
                )
            return Fraction(_FUNCTIONS[sign](*values) if sign in _FUNCTIONS else _COMPUTE[sign](*values))
        case Word(value):
            raise Misread(
                "CB120",
                say('"{value}" is a text, and a number is meant', value=value),
                say("compare texts only in a customer list"),
            )
