"""Act on the app as a person: commands, buttons, modals, shortcuts, Home."""
