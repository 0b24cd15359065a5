"""The API's own rules: parameters, lists, idempotency keys, faults, and the registry of its endpoints."""
