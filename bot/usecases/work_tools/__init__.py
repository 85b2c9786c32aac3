"""Work tools: their tokens, their calls on behalf of people, and their callbacks."""
