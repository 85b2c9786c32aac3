"""Languages without a model: words that the lists do not call harmless are masked."""
