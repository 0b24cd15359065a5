"""PaymentMethods."""
