"""One file for many clips, as toolkits for speech and annotation write a corpus."""
