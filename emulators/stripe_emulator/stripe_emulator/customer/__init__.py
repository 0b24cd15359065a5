"""The customers: who pays on a phone, in a browser, or without a screen."""
