"""The control API: what nobody could do through the API, a bank or a customer could."""
