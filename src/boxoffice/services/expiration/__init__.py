"""Whose time to pay is up: timers that survive a restart."""
