"""The roof: composition, accounts, sessions, layout and the command line."""
