"""Work tools, in which the recordings are transcribed: links, tokens, states."""
