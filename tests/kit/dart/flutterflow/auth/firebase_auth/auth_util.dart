String get currentUserUid => '';
