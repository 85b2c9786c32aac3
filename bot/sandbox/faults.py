"""Faults that tests ask for: errors, delays, cut connections, lost deliveries."""

from dataclasses import dataclass

from bot.sandbox.types import Json

_FIELD_TYPES: dict[str, tuple[type, ...]] = {
    "times": (int,),
    "error": (str,),
    "status": (int,),
    "retry_after": (int,),
    "reset": (bool,),
    "delay_s": (int, float),
    "action": (str,),
}


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


NO_FAULT = Fault(target="", times=0)


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, rule: Json) -> Fault:
        """Add a rule and return it. Raises ValueError when it cannot be applied."""
        fault = _parse(rule)
        self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()

    def take(self, target: str) -> Fault:
        """Return the fault for this call and count it as used, else NO_FAULT."""
        targets = (target, _all_of_family(target))
        for rule in self._rules:
            if rule.times > 0 and rule.target in targets:
                rule.times -= 1
                return rule
        return NO_FAULT


def _all_of_family(target: str) -> str:
    """Return the target that stands for all deliveries, or for all methods."""
    family, separator, _ = target.partition(":")
    if separator:
        return f"{family}:*"
    return "*"


def _parse(rule: Json) -> Fault:
    """Return the fault of a JSON object. Raises `ValueError` for any other shape."""
    if not isinstance(rule, dict):
        raise ValueError(f"a fault is an object, not {rule!r}")
    known = set(_FIELD_TYPES)
    target = _target_of(rule)
    unknown = set(rule) - known - {"method", "delivery"}
    if not target or unknown:
        raise ValueError(
            f"a fault needs method or delivery, and only {sorted(known)}: {rule}"
        )
    for name, types in _FIELD_TYPES.items():
        if name in rule and not isinstance(rule[name], types):
            raise ValueError(f"{name} is of the wrong type: {rule}")
    if "delivery" in rule and rule.get("action") not in ("drop", "duplicate"):
        raise ValueError("a delivery fault has action drop or duplicate")
    settings = {name: value for name, value in rule.items() if name in known}
    return Fault(target=target, **settings)


def _target_of(rule: Json) -> str:
    method = rule.get("method")
    if method:
        return str(method)
    if "delivery" in rule:
        return f"delivery:{rule['delivery']}"
    return ""
