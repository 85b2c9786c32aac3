"""Commands that print figures to hand in."""
