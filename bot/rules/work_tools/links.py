"""Links into the work tool, in which the recordings are transcribed."""

from string import Formatter
from urllib.parse import quote, urlsplit

from bot.errors import Invalid
from bot.text import text
from storage.records import Span

_PLACEHOLDERS = {"clip_id", "start", "end"}
_OWN_MACHINE = ("http://127.0.0.1", "http://localhost")


def check_template(template: str) -> str:
    """Return the address of WORK_TOOL_URL, with its placeholders. Raises `Invalid`.

    The scheme and the host hold no placeholder, so that no clip id leads elsewhere.
    """
    if not template.isascii() or not template.isprintable() or " " in template:
        raise Invalid(text("cli.settings.work_tool"))
    try:
        fields = list(Formatter().parse(template))
        parts = urlsplit(template)
    except ValueError:
        raise Invalid(text("cli.settings.work_tool")) from None
    names = [name for _, name, _, _ in fields if name is not None]
    is_plain = all(not spec and conversion is None for _, _, spec, conversion in fields)
    if not is_plain or not set(names) <= _PLACEHOLDERS or "clip_id" not in names:
        raise Invalid(text("cli.settings.work_tool"))
    if not parts.hostname or set("{}@\\") & set(parts.netloc):
        raise Invalid(text("cli.settings.work_tool"))
    if not template.startswith(("https://", *_OWN_MACHINE)):
        raise Invalid(text("cli.settings.work_tool"))
    return template


def address_in_tool(
    template: str,
    clip_id: str,
    span: Span,
) -> str:
    """Return the address of a span in the work tool; its times are in seconds."""
    return template.format(
        clip_id=quote(clip_id, safe=""),
        start=seconds(span.start_ms),
        end=seconds(span.end_ms),
    )


def seconds(milliseconds: int) -> str:
    """Return a time in seconds as a machine reads it, such as `2.363`."""
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
