"""A plan's steps with their strategies, checked: every name known, every option in its place, every weight there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.allocation import strategy as strategies
from crmbudget.allocation.strategy import COLLECTIONS, Cell, Member, Strategy
from crmbudget.finding import Finding, Misread, Place, Severity, misspelt, one_of
from crmbudget.planning.edits import edits_at, renamed
from crmbudget.planning.plan import Dimension, Plan, Step
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.wording import joined, say

_CORE = frozenset({"by", "across", "min", "max", "fixed", "zero"})


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """A step that can be applied: its members in order, and its strategies with their shares of the money."""

    number: int
    step: Step
    dimension: Dimension
    members: tuple[Member, ...]
    strategies: tuple[tuple[Strategy, Fraction], ...]
    at: Path


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """The plan's own steps, or the usual ones: segments by value (by count where a value is missing), then the rest."""
    if plan.allocate is not None:
        return plan.allocate
    worth = all(segment.value is not None for segment in plan.segments.values())
    usual = {Dimension.SEGMENT: "value" if worth else "count"} | {d: d.value for d in list(Dimension)[1:]}
    return tuple(Step.model_construct({"by"}, by=name) for dimension, name in usual.items() if plan.members(dimension))


def ready_steps(plan: Plan, source: Source) -> tuple[list[ReadyStep], list[Finding]]:
    """The steps, and what is wrong with them; a step with an error is left out."""
    ready: list[ReadyStep] = []
    findings: list[Finding] = []
    taken: dict[Dimension, int] = {}
    steps = steps_of(plan)
    if not steps:
        findings.append(
            Finding(
                "CB205", say("the plan has nobody to share the money among"), source.place(()), say("add `segments:`")
            )
        )
    for number, step in enumerate(steps):
        at: Path = ("allocate", number) if plan.allocate is not None else ("allocate",)
        made = _ready(number, step, plan, at)
        if isinstance(made, Misread):
            findings.append(_place(made, at, source))
            continue
        if made.dimension in taken:
            message = say(
                "step {number} splits {dimension} again; step {number2} did it",
                number=number + 1,
                dimension=made.dimension,
                number2=taken[made.dimension] + 1,
            )
            findings.append(Finding("CB214", message, source.place((*at, "by")), say("take one of the two steps out")))
            continue
        taken[made.dimension] = number
        wrong = [_place(error, at, source) for error in _errors(made)]
        findings += wrong
        findings += _warnings(made, plan, source)
        if not wrong:
            ready.append(made)
    return ready, findings


def _place(error: Misread, at: Path, source: Source) -> Finding:
    absolute = bool(error.at) and error.at[0] in Plan.model_fields
    full = error.at if absolute else (*at, *error.at)
    key = absolute or error.code == "CB217"
    known = [error.meant] if error.meant else []
    repair = renamed(source, full, known) if key else edits_at(source, full, error.meant)
    return Finding(error.code, error.message, source.place(full, key=key), error.fix, repair=repair)


def many(dimension: Dimension) -> str:
    """The word for several members of a dimension."""
    return word_of("periods" if dimension is Dimension.PERIOD else COLLECTIONS[dimension])


def place_of(ready: "ReadyStep", source: Source) -> Place:
    """Where a step is written; the members that it splits, where the plan leaves its steps to the program."""
    if ready.at in source.values:
        return source.place((*ready.at, "by"))
    return source.place((COLLECTIONS[ready.dimension],), key=True)


def _ready(number: int, step: Step, plan: Plan, at: Path) -> ReadyStep | Misread:
    try:
        kinds = {name: strategies.find(name) for name in step.blend}
        _known_keys(step, kinds)
        dimension = _dimension(step, kinds)
        members = tuple(Member(name, facts, dimension) for name, facts in plan.members(dimension).items())
        if not members:
            raise Misread(
                "CB215",
                say("this step splits {dimension}, and the plan has none", dimension=dimension),
                say("add {collection}", collection=_collection(dimension)),
                ("by",),
            )
        made = tuple((kind(step, plan), step.blend[name].of_one) for name, kind in kinds.items())
        total = sum((share for _, share in made), Fraction(0))
        if total != 1:
            raise Misread(
                "CB213",
                say("the blend adds up to {share}, not to 100%", share=Share(total)),
                say("change the shares until they do"),
                ("by",),
            )
    except Misread as error:
        return error if error.at else Misread(error.code, error.message, error.fix, ("by",), error.meant)
    return ReadyStep(number, step, dimension, members, made, at)


def _collection(dimension: Dimension) -> str:
    return f"`{COLLECTIONS[dimension]}:`"


def _known_keys(step: Step, kinds: dict[str, type[Strategy]]) -> None:
    allowed = _CORE.union(*(kind.keys for kind in kinds.values()))
    for key in sorted(step.model_fields_set | set(step.model_extra or {})):
        if key not in allowed:
            name = " and ".join(kinds)
            raise Misread(
                "CB217",
                say("`{key}` has no meaning for the strategy `{name}`", key=key, name=name),
                one_of(key, sorted(allowed - {"by"})),
                (key,),
                misspelt(key.partition("：")[0], allowed),
            )


def _dimension(step: Step, kinds: dict[str, type[Strategy]]) -> Dimension:
    own = {kind.splits for kind in kinds.values() if kind.splits}
    if len(own) > 1:
        raise Misread(
            "CB218",
            say("a blend splits one dimension, not {names}", names=joined(say(" and "), map(word_of, sorted(own)))),
            say("blend strategies of one dimension"),
            ("by",),
        )
    if any(kind.keys & {"fit"} for kind in kinds.values()) and step.fit == "cost" and len(kinds) > 1:
        raise Misread(
            "CB218",
            say("`fit: cost` gives each activity its cost, and a blend has no cost"),
            say("use `activity` alone"),
            ("fit",),
        )
    found = step.across or next(iter(own), None)
    if found is None:
        raise Misread(
            "CB216",
            say("`{kinds}` can split anything", kinds=next(iter(kinds))),
            say("say what: `across: segment`"),
            ("by",),
        )
    if own and found not in own:
        raise Misread(
            "CB216",
            say("`{kinds}` weighs {own}s, not {found}s", kinds=next(iter(kinds)), own=next(iter(own)), found=found),
            say("take `across` out"),
            ("across",),
        )
    return found


def _errors(ready: ReadyStep) -> Iterator[Misread]:
    """Bounds that lead nowhere or contradict each other, and weights that the plan does not give."""
    step, ids = ready.step, [member.id for member in ready.members]
    for key in ("min", "max", "fixed"):
        for name, bound in getattr(step, key).items():
            if name not in ids:
                yield Misread(
                    "CB201",
                    say("there is no {dimension} `{name}` in this plan", dimension=ready.dimension, name=name),
                    one_of(name, ids),
                    (key, name),
                )
            elif (bound.of_one if isinstance(bound, Share) else bound) < 0:
                yield Misread(
                    "CB115",
                    say("a bound of {dimension} `{name}` is less than nothing", dimension=ready.dimension, name=name),
                    say("write 0 or more"),
                    (key, name),
                )
            elif key != "max" and _above(bound, step.max.get(name)):
                yield Misread(
                    "CB219",
                    say("{dimension} `{name}` must get more than it may", dimension=ready.dimension, name=name),
                    say("lower this, or raise its `max`"),
                    (key, name),
                )
            elif key == "fixed" and name in step.min:
                yield Misread(
                    "CB219",
                    say("{dimension} `{name}` has both `fixed` and `min`", dimension=ready.dimension, name=name),
                    say("keep one of them"),
                    (key, name),
                )
    for strategy, _ in ready.strategies:
        yield from _weights(strategy, ready.members)


def _above(low: int | Share, high: int | Share | None) -> bool:
    if isinstance(low, Share) and isinstance(high, Share):
        return low.of_one > high.of_one
    return isinstance(low, int) and isinstance(high, int) and low > high


def _weights(strategy: Strategy, members: Sequence[Member]) -> Iterator[Misread]:
    everywhere = Cell({})
    for member in members:
        try:
            if strategy.by_cell:
                strategy.begin([everywhere], [member])
            strategy.weight(member, everywhere)
        except Misread as error:
            yield error


def _warnings(ready: ReadyStep, plan: Plan, source: Source) -> Iterator[Finding]:
    """Weights beside costs: both count, a cost in major units, which is seldom meant."""
    if ready.dimension not in {Dimension.ACTIVITY, Dimension.CHANNEL} or not any(s.splits for s, _ in ready.strategies):
        return
    priced = [member.id for member in ready.members if member.facts.cost is not None]
    weighed = [member.id for member in ready.members if member.facts.cost is None]
    if priced and weighed and ready.step.fit != "cost":
        message = say(
            "`{weighed}` has a weight and `{priced}` a cost; a cost counts as a weight in {currency}",
            weighed=weighed[0],
            priced=priced[0],
            currency=plan.currency,
        )
        place = source.place((COLLECTIONS[ready.dimension], weighed[0]), key=True)
        yield Finding(
            "CB206", message, place, say("give all of them weights, or all of them costs"), severity=Severity.WARNING
        )
