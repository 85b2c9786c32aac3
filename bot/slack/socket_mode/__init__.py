"""Socket Mode: the connections over which Slack delivers."""
