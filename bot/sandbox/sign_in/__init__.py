"""Sign in with Slack: discovery, the authorize page and the signing key."""
