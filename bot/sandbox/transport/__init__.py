"""Hand one payload to the app, over Socket Mode or signed HTTP."""
