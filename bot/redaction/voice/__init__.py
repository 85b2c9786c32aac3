"""Change a voice so that people who know it do not recognise it."""

from bot.redaction.voice.personas import Strength, disguise, draw

__all__ = ["Strength", "disguise", "draw"]
