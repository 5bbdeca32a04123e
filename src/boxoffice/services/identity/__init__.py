"""Who people are: accounts, sign-ins, and the tokens that every service believes."""
