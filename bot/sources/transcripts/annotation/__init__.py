"""Formats of programs for annotating sound: tiers, regions and labels."""
