"""Build the everyday words of languages without a model."""
