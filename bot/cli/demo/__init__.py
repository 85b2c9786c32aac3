"""The demo: the sandbox, the tour, and the sandbox alone."""
