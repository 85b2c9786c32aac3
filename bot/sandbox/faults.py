"""Faults that tests ask for: wrong answers, delays, cut connections, lost or doubled
deliveries.
"""

from dataclasses import dataclass

from bot.sandbox.types import Json


@dataclass
class Fault:
    """One rule. `target` is a Web API method (`*` for all) or `delivery:<kind>`."""

    target: str
    times: int = 1
    error: str | None = None
    status: int | None = None
    retry_after: int = 1
    reset: bool = False
    """Cut the connection after the effect happened."""
    delay_s: float = 0.0
    action: str | None = None
    """For deliveries: `drop` or `duplicate`."""


class Faults:
    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, rule: Json) -> Fault:
        """Raises ValueError when the rule says nothing that can be done."""
        fault = _parse(rule)
        self._rules.append(fault)
        return fault

    def clear(self) -> None:
        self._rules.clear()

    def take(self, target: str) -> Fault | None:
        """The fault for this call, used up once."""
        family = target.partition(":")[0] + ":*" if ":" in target else "*"
        for rule in self._rules:
            if rule.target in (target, family) and rule.times > 0:
                rule.times -= 1
                return rule
        return None


_FIELDS: dict[str, tuple[type, ...]] = {
    "times": (int,),
    "error": (str,),
    "status": (int,),
    "retry_after": (int,),
    "reset": (bool,),
    "delay_s": (int, float),
    "action": (str,),
}


def _parse(rule: Json) -> Fault:
    if not isinstance(rule, dict):
        raise ValueError(f"a fault is an object, not {rule!r}")
    known = set(_FIELDS)
    target = rule.get("method") or (
        f"delivery:{rule['delivery']}" if "delivery" in rule else ""
    )
    unknown = set(rule) - known - {"method", "delivery"}
    if not target or unknown:
        raise ValueError(
            f"a fault needs method or delivery, and only {sorted(known)}: {rule}"
        )
    for name, kinds in _FIELDS.items():
        if name in rule and not isinstance(rule[name], kinds):
            raise ValueError(f"{name} is of the wrong type: {rule}")
    if "delivery" in rule and rule.get("action") not in ("drop", "duplicate"):
        raise ValueError("a delivery fault has action drop or duplicate")
    return Fault(target=target, **{k: v for k, v in rule.items() if k in known})
