"""Whether an open page may go on: answered from memory while nothing has changed."""
