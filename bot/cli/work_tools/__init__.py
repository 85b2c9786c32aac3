"""Commands about work tools."""
