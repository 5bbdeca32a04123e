"""Reviews: what people write about shows and tickets, and what became of it."""
