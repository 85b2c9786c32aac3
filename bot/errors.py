"""The errors people see.

    HelpClipError
    ├── Invalid       what was given cannot be used; says what would be
    ├── NotFound      no such thing, or not for this person
    ├── Refused       a rule said no; `rule` names it, and the denial is on record
    ├── Conflict      somebody was faster, or the request has moved on
    └── Unavailable   something we need is away; trying again later helps

Every message is a sentence for the person who reads it and says what to do next. It
carries no words of a clip, no clip id and no name, so it may be logged.
"""


class HelpClipError(Exception):
    """Base of all errors a person may be shown."""


class Invalid(HelpClipError):
    """`field` names the form field at fault, where there is one."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotFound(HelpClipError):
    """There is no such thing, or nothing this person may know of."""


class Refused(HelpClipError):
    """`rule` is the short code of the rule that denied, as the audit event carries
    it.
    """

    def __init__(self, sentence: str, *, rule: str) -> None:
        super().__init__(sentence)
        self.rule = rule


class Conflict(HelpClipError):
    """The state has moved on since the person looked."""


class Unavailable(HelpClipError):
    """A part we depend on does not answer."""
