"""Answers of particular kinds."""
