"""The access log: who did what to which recording, when, and with what outcome."""
