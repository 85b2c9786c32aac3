"""Everything that is kept: records, transactions, blobs, the access log. Knows nothing of the bot."""
