"""The page of quality figures."""
