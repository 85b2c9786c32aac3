"""chat.*, reactions.* and pins.*: methods about messages."""
