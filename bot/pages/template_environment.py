"""The Jinja environment of the pages."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.pages import wording
from bot.pages.rich_text import rich_text
from bot.pages.transfer.static_files import STATIC_ADDRESS
from bot.text import text
from bot.text.catalogue import Entry, entry_of, keys_below
from bot.text.language import language

_environment = Environment(
    loader=PackageLoader("bot.pages", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render_template(template: str, /, **values: Any) -> str:
    """Return the HTML of `template`, a file in `templates`."""
    return _environment.get_template(template).render(**values)


def script_sentences() -> dict[str, Entry]:
    """Return the sentences that scripts show, by the last part of their keys.

    Their placeholders are not filled in yet: `static/js/text.js` does that.
    """
    return {
        name: entry_of(f"pages.script.{name}") for name in keys_below("pages.script")
    }


_environment.globals |= {
    "language": language,
    "rich_text": rich_text,
    "script_sentences": script_sentences,
    "static": STATIC_ADDRESS,
    "text": text,
    "wording": wording,
}
