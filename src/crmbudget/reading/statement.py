"""The questions that are asked about a table of entries: its sums by key, and single rows again."""

from collections.abc import Sequence
from dataclasses import dataclass

from crmbudget.reading.headers import Role
from crmbudget.reading.layers import KEPT, Layers

SHOWN = 3
_KINDS = {"period": "BIGINT", "cells": "BIGINT"}


@dataclass(frozen=True, slots=True)
class Statement(Layers):
    """The statements about one table."""

    def sums(self) -> str:
        """Every key with its rows, its sum, that of its foreign money, its quantity, its last day and its proofs."""
        summed = {"value": True, "converted": bool(self.rates), "quantity": Role.QUANTITY in self.places}
        answers = [f"CAST(sum({name}) AS VARCHAR)" if there else "NULL" for name, there in summed.items()]
        answers = ["count(*)", *answers, "max(day)", "bit_or(proof)"]
        return f"SELECT {', '.join([*self.keys, *answers])} FROM ({self.rows()}) GROUP BY {', '.join(self.keys)}"  # noqa: S608 - names of ours

    def wanted(self) -> str:
        """A table of keys, each with its ``place``, made of one list of parameters for each column of a key."""
        kinds = [f"CAST(${key} AS {_KINDS.get(key, 'VARCHAR')}[])" for key in self.keys]
        columns = [f"unnest({kind}) AS {key}" for key, kind in zip(self.keys, kinds, strict=True)]
        columns += ["unnest(CAST($place AS BIGINT[])) AS place", "unnest(CAST($whole AS BOOLEAN[])) AS whole"]
        return f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT {', '.join(columns)}"

    def found(self) -> str:
        """The key's ``place``, the number and the cells of the rows whose keys are wanted.

        All of them where a key is wanted whole; else the first, without its cells.
        """
        same = " AND ".join(f"k.{key} IS NOT DISTINCT FROM w.{key}" for key in self.keys)
        answers = f"w.place, min(k.nth) AS nth, any_value(CASE WHEN w.whole THEN {self.table.cells('k')} END)"
        rows = self.rows(numbered=True, only=self._likely())
        each = "w.place, CASE WHEN w.whole THEN k.nth END"
        return f"SELECT {answers} FROM ({rows}) k JOIN wanted w ON {same} GROUP BY {each} ORDER BY nth"  # noqa: S608

    def _likely(self) -> str:
        """SQL that holds for every row whose key is wanted, and for few others: by its texts, which cost little."""
        names = [key for key in self.keys if key in KEPT]
        odd = f"odd_{self.money[0]}"
        tests = {
            "undated IS NOT NULL": ("value_date", "undated"),
            f"undated IS NULL AND {odd} IS NOT NULL": (_hash("v_", self.money), _hash("odd_", self.money)),
            f"undated IS NULL AND {odd} IS NULL": (_hash("", names), _hash("", names)),
        }
        return " OR ".join(f"{own} IN (SELECT {its} FROM wanted WHERE {where})" for where, (own, its) in tests.items())  # noqa: S608

    def referred(self, place: int) -> str:
        """For rows with a reference: the file's place, the row's number, and a hash of all that is read of it."""
        cells = [f"'{role.value}', trim({self.table.text(self.places[role])})" for role in sorted(self.places)]
        reference = self.table.text(self.places[Role.REFERENCE])
        answers = f"{place} AS file, nth, hash({', '.join(cells)}) AS same"
        return f"SELECT {answers} FROM ({self.numbered()}) WHERE trim({reference}) <> ''"  # noqa: S608 - names of ours

    def twins(self) -> str:
        """The keys, number and cells of the rows whose numbers stand in the table ``twins``."""
        keys = ", ".join(f"k.{key}" for key in self.keys)
        rows = self.rows(numbered=True, only="nth IN (SELECT nth FROM alike)")
        return f"SELECT k.nth, {keys}, {self.table.cells('k')} FROM ({rows}) k ORDER BY k.nth"  # noqa: S608

    def sample(self, role: Role, rows: int) -> str:
        """The first cells of a column."""
        return f"SELECT {self.table.text(self.places[role])} FROM ({self.table.source}) LIMIT {rows}"  # noqa: S608

    def dates(self) -> str:
        """Every text of the date with its rows."""
        return f"SELECT {self.date()} AS cell, count(*) FROM ({self.table.source}) GROUP BY cell"  # noqa: S608

    def dated(self) -> str:
        """The first rows with one of the dates in ``$texts``: number and text."""
        return self._examples("value_date", "list_contains(CAST($texts AS VARCHAR[]), value_date)")

    def doubtful(self) -> str:
        """The first rows with an amount of two readings, or one of those in ``$texts``: number and text."""
        tests = {
            name: f"{self.proof_of(name)} = 4 OR list_contains(CAST($texts AS VARCHAR[]), v_{name})"
            for name in self.money
        }
        shown = " ".join(f"WHEN {test} THEN v_{name}" for name, test in tests.items())
        return self._examples(f"CASE {shown} END", " OR ".join(tests.values()))

    def _examples(self, text: str, condition: str) -> str:
        rows = self.rows(numbered=True)
        return f"SELECT nth, {text} FROM ({rows}) WHERE {condition} ORDER BY nth LIMIT {SHOWN}"  # noqa: S608


def _hash(prefix: str, names: Sequence[str]) -> str:
    cells = [f"{prefix}{name}" for name in names]
    return f"hash('', {', '.join(cells)})" if cells else "hash('')"
