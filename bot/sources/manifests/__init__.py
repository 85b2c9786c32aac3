"""One file for many clips: what toolkits for speech and annotation write for a corpus."""
