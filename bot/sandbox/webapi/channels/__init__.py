"""conversations.* and bookmarks.*: methods about channels."""
