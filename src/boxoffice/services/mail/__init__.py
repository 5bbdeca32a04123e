"""Letters to people about what happened to their tickets, money and accounts, each sent once."""
