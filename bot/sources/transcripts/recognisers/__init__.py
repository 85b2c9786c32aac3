"""What speech recognisers and their services write, one module a format."""
