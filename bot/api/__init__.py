"""The HTTP API for work tools, under /api/v1."""
