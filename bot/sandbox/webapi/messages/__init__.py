"""chat.* and reactions.*: methods about messages."""
