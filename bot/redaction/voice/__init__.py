"""Change a voice so that its acquaintances do not recognise it."""

from bot.redaction.voice.personas import Strength, disguise, draw

__all__ = ["Strength", "disguise", "draw"]
