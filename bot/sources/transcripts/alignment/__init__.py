"""Formats of forced aligners, which find the times of known words."""
