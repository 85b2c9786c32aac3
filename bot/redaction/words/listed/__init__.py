"""Languages without a model: what the lists do not know to be harmless is masked."""
