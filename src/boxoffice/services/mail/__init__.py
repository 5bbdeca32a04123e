"""Letters to people about what happened to their tickets and money, each sent once."""
