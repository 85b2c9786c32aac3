"""Refusals: a rule that denies an act, and the sentence for the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.text import text


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The code of a rule that denied an act, and the key of its sentence.

    `rule` is recorded in the access log. The sentence names the next step for the
    person; `values` fill its placeholders.
    """

    rule: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the sentence that the person reads."""
        return text(self.key, **self.values)


def refuse(
    rule: str,
    key: str = "",
    /,
    **values: object,
) -> Refusal:
    """Return the refusal of a rule. Its sentence is `refusals.RULE` without a key."""
    if not key:
        key = f"refusals.{rule}"
    return Refusal(
        rule=rule,
        key=key,
        values=values,
    )
