"""Words that are personal by what stands around them, in languages with a model."""
