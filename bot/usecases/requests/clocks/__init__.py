"""The clocks of requests: chasing, closing what is late, digests and hand-over."""
