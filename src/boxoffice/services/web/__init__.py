"""Pages for people: what the other services do, in a browser."""
