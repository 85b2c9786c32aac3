"""Words that are personal by the words around them, in languages with a model."""
