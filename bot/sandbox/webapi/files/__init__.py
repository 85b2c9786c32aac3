"""files.*: methods about uploaded and remote files."""
