"""Formats of speech recognisers and their services, one module a format."""
