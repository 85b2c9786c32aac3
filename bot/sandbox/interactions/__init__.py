"""What people do with an app: commands, buttons, shortcuts, modals, the Home tab."""
