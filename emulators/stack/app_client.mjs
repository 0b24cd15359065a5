// Several app users in one Node process, with the official Firebase SDK; driven by app_client.py with JSON lines.
// In: {id, user, action, …}. Out, in whatever order things end: {id, data} or {id, code, message, details}.
// A listener answers {id, data} at every change until the process ends.
import { createInterface } from "node:readline";
import { initializeApp } from "firebase/app";
import { connectAuthEmulator, createUserWithEmailAndPassword, getAuth, signInAnonymously, signOut } from "firebase/auth";
import {
  addDoc, collection, connectFirestoreEmulator, deleteDoc, doc, getDoc, getDocs, getFirestore, onSnapshot, orderBy, query,
  serverTimestamp, setDoc, setLogLevel, updateDoc, where,
} from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";

const backend = JSON.parse(process.argv[2]);
const clients = new Map();

// The SDK warns of every refusal by the rules; here a refusal is an answer.
setLogLevel("silent");

function clientOf(user) {
  if (!clients.has(user)) clients.set(user, connect(user));
  return clients.get(user);
}

function connect(user) {
  const app = initializeApp({ projectId: backend.project, apiKey: "emulator" }, user);
  const client = { auth: getAuth(app), db: getFirestore(app), functions: getFunctions(app, backend.region) };
  const firestore = new URL(`http://${backend.firestoreHost}`);
  const functions = new URL(backend.functionsUrl);
  connectAuthEmulator(client.auth, backend.authUrl, { disableWarnings: true });
  connectFirestoreEmulator(client.db, firestore.hostname, Number(firestore.port));
  connectFunctionsEmulator(client.functions, functions.hostname, Number(functions.port));
  return client;
}

const fields = (snapshot) => (snapshot.exists() ? snapshot.data() : null);
const documents = (found) => found.docs.map((each) => ({ id: each.id, ...each.data() }));

// What an app writes, with the server's own time in the fields that are named.
const stamped = ({ data, serverTimes = [] }) => ({
  ...data, ...Object.fromEntries(serverTimes.map((name) => [name, serverTimestamp()])),
});

const actions = {
  async signUp({ auth }, { email, password }) {
    const { user } = await createUserWithEmailAndPassword(auth, email, password);
    return { uid: user.uid };
  },
  async signInAnonymously({ auth }) {
    const { user } = await signInAnonymously(auth);
    return { uid: user.uid };
  },
  signOut: ({ auth }) => signOut(auth),
  async call({ functions }, { name, data }) {
    const call = httpsCallable(functions, name);
    try {
      return (await call(data)).data;
    } catch (error) {
      // The emulator's proxy answers a bare 500 where a worker has just closed its connection ("socket hang up"); the
      // product's own `internal` always has details. Callables are safe to repeat.
      if (error.code !== "functions/internal" || error.details) throw error;
      return (await call(data)).data;
    }
  },
  async get({ db }, { path }) {
    return fields(await getDoc(doc(db, path)));
  },
  async list({ db }, { path, field, operator, value }) {
    return documents(await getDocs(query(collection(db, path), where(field, operator, value))));
  },
  async notifications({ auth, db }) {
    const all = collection(db, "notifications");
    const mine = query(all, where("userId", "==", auth.currentUser.uid), orderBy("createdAt", "desc"));
    return documents(await getDocs(mine));
  },
  async messages({ db }, { session }) {
    return documents(await getDocs(query(collection(doc(db, session), "messages"), orderBy("createdAt", "desc"))));
  },
  async add({ db }, { path, ...written }) {
    return { id: (await addDoc(collection(db, path), stamped(written))).id };
  },
  set: ({ db }, { path, ...written }) => setDoc(doc(db, path), stamped(written)),
  update: ({ db }, { path, ...written }) => updateDoc(doc(db, path), stamped(written)),
  delete: ({ db }, { path }) => deleteDoc(doc(db, path)),
};

const send = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

function sendError(id, { code, message, details }) {
  send({ id, code: code ?? "internal", message, details: details ?? null });
}

function listen({ id, user, path }) {
  const seen = (snapshot) => send({ id, data: fields(snapshot) });
  onSnapshot(doc(clientOf(user).db, path), seen, (error) => sendError(id, error));
}

async function act(request) {
  try {
    const data = await actions[request.action](clientOf(request.user), request);
    send({ id: request.id, data: data ?? null });
  } catch (error) {
    sendError(request.id, error);
  }
}

// Requests are not awaited: users act at the same time.
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.action === "listen") listen(request);
  else void act(request);
}
process.exit(0);
