"""Who holds what, and who has bought it: the only authority on both."""
