"""One part of a schema."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table, column, constraint, index, trigger, rule or policy, with its SQL."""

    kind: str
    table: str
    name: str
    definition: str

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.table, self.kind, self.name)
