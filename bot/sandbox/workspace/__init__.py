"""The workspace itself: people, channels, user groups and files, as plain data."""
