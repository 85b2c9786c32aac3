"""Slack's Web API, one module a family of methods; importing it fills the registry."""

from bot.sandbox.webapi import (
    auth,
    chat,
    conversations,
    openid,
    team,
    usergroups,
    users,
    views,
)
from bot.sandbox.webapi.endpoint import web_api

__all__ = [
    "auth",
    "chat",
    "conversations",
    "openid",
    "team",
    "usergroups",
    "users",
    "views",
    "web_api",
]
