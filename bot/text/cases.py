"""Phrases about the case of a stopped recording."""

from bot.text.catalogue import text
from storage.records import Severity


def severity_label(severity: Severity) -> str:
    """Return the name of a severity."""
    return text(f"distress.severity.{severity}")
