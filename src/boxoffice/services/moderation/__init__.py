"""Moderation: which texts may be seen, by rules and by people."""
