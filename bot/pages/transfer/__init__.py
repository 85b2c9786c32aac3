"""Responses on their way to a browser: compressed, and kept there by digest."""
