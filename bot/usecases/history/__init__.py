"""What a person asked and answered before, for this person alone."""
