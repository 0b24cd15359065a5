class User {
  User(this.uid);

  final String uid;
}

class FirebaseAuth {
  FirebaseAuth._();

  static final instance = FirebaseAuth._();

  User? currentUser;
}
