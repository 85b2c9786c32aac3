"""The access log: events with actor, action, target, time and outcome."""
