"""Change the workspace, with the messages and events that Slack sends for it."""
