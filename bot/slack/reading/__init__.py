"""Reading Slack for all replicas: user groups, people and channels."""
