"""The query service: one read model for every list and joined page."""
