"""The market: people list tickets, edit them and withdraw them."""
