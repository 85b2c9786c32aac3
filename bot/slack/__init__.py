"""The Slack edge: handlers parse, call one use case and render; the sender tells
Slack.
"""
