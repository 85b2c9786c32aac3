"""Practice of new reviewers: exercises with known words, and a drill of Stop."""
