"""Reading requests with all their answers, for figures."""
