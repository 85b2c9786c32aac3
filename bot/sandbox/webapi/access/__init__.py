"""auth.*, oauth.* and openid.*: methods about tokens."""
