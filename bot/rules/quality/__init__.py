"""Figures about the quality of the work: agreement, and counts by desk and week."""
