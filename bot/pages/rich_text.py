"""Sentences of the catalogue around a link or an emphasis."""

from markupsafe import Markup, escape

from bot.text.catalogue import in_figures, pattern


def rich_text(key: str, /, **values: object) -> Markup:
    """Return the sentence of `key` as HTML with `values` filled in.

    The sentence and each value are escaped, except values that are `Markup` already: a
    link or an emphasis comes from a template. Raises `KeyError` as `bot.text.text` does.
    """
    return escape(pattern(key, values)).format_map(in_figures(values))
