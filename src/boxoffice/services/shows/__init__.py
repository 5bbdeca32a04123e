"""The catalogue: venues with their seats, shows, and when and where they are performed."""
