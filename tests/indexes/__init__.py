"""Every Firestore query that is made or promised, compared with `firestore.indexes.json`.

No emulator refuses a query for want of an index; production does, and the first person to open the list finds out.
"""
