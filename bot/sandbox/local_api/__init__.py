"""The sandbox's own HTTP API under /sandbox, for the chat page and for tests."""
