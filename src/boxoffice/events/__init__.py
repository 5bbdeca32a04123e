"""What services say to each other: the only words they share."""
