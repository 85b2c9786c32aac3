"""Type names used all over the sandbox; no behaviour."""

from typing import Any

Json = dict[str, Any]
"""One JSON object, as it travels over the wire."""
