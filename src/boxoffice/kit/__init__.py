"""What services run on. No business word here."""
