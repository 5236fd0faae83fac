"""The commands, a file a group. Each has `register(app)`, and imports what it needs when it runs."""
