"""Choose how a payload reaches the app, record it, and deliver events again."""
