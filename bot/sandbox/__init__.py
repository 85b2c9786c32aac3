"""A local workspace that speaks Slack; it shares no code with the bot."""

from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import RunningSandbox, serve, start_in_thread

__all__ = ["RunningSandbox", "SandboxConfig", "serve", "start_in_thread"]
