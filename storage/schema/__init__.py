"""The schema as it is, compared with the one that the migrations make."""
