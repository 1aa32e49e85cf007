"""Plans of any size for the benchmarks, the same ones every time."""

import random
from dataclasses import dataclass

CATEGORIES = ("service", "event", "gift", "communication", "system")


@dataclass(frozen=True, slots=True)
class Shape:
    """How many members a plan has in each dimension."""

    segments: int
    activities: int
    channels: int
    periods: int

    @property
    def lines(self) -> int:
        """Lines of the allocation."""
        return self.segments * self.activities * self.channels * self.periods

    def __str__(self) -> str:
        return f"{self.segments} x {self.activities} x {self.channels} x {self.periods}"


SHAPES = (Shape(20, 10, 10, 5), Shape(20, 100, 10, 5), Shape(200, 100, 10, 5))
SMOKE = (Shape(4, 5, 3, 2), Shape(10, 10, 5, 2))


def plan_text(shape: Shape, seed: int = 1) -> str:
    """A plan as YAML: every segment spends on every activity through every channel in every period."""
    chance = random.Random(seed)
    lines = ["crmbudget: 1", "currency: CNY", "total: 1_234_567_890.12", "reserve: 7.5%"]
    lines += [f"calendar: {{start: 2027-01, periods: {shape.periods}}}", "segments:"]
    for number in range(shape.segments):
        value = chance.randrange(10_000, 10_000_000)
        lines.append(
            f"  segment-{number:03d}: {{customers: {chance.randrange(1, 5000)}, value: {value}.{chance.randrange(100):02d}, owner: owner-{number % 7}}}"
        )
    lines.append("activities:")
    for number in range(shape.activities):
        lines.append(
            f"  activity-{number:03d}: {{category: {CATEGORIES[number % 5]}, weight: {chance.randrange(1, 1000) / 10}}}"
        )
    lines.append("channels:")
    lines += [f"  channel-{number:02d}: {{weight: {chance.randrange(1, 100)}}}" for number in range(shape.channels)]
    weights = ", ".join(str(chance.randrange(1, 20)) for _ in range(shape.periods))
    lines += ["allocate:", "  - by: {value: 60%, count: 40%}", "  - by: activity", "  - by: channel"]
    lines.append(f"  - {{by: period, weights: [{weights}]}}")
    return "\n".join(lines) + "\n"
