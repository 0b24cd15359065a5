"""The local stack: stand-ins for the services that the product talks to, and what starts them."""
