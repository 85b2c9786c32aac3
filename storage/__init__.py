"""Everything that is kept: records, transactions, blobs, the access log. Imports only
itself.
"""
