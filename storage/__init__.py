"""Everything that is kept: records, tables, transactions, blobs and the audit log. Imports nothing of the bot."""
