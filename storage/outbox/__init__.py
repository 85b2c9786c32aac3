"""Work to do after a commit: rows, their payloads, and tasks that were given up."""
