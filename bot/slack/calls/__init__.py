"""The calls to Slack: their pace, which all replicas share, and their errors."""
