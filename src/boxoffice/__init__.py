"""Boxoffice sells tickets: a market, a box office and the money, as services that talk by events."""
