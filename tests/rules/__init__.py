"""What an app may read and write by itself, tried against a Firestore engine with unsigned tokens."""
