"""Records, transactions, blobs and the access log. Imports only itself."""
