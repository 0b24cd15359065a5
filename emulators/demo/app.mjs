// The app of the demo: the official Firebase SDK, one signed-in client for each person, driven by JSON lines.
// A line in: {person, action, ...}. A line out: {ok: ...} or {error: {code, message, details}}.
import { createInterface } from "node:readline";
import { initializeApp } from "firebase/app";
import { connectAuthEmulator, createUserWithEmailAndPassword, getAuth } from "firebase/auth";
import { connectFirestoreEmulator, doc, getFirestore, onSnapshot, setLogLevel } from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";

const { project, region, authUrl, firestoreHost, functionsHost } = JSON.parse(process.argv[2]);
const clients = new Map();
const watches = new Map();

// A refused read is part of the story and is told by it; the SDK's own warnings would come between its lines.
setLogLevel("silent");

function split(hostAndPort) {
  const [host, port] = hostAndPort.split(":");
  return [host, Number(port)];
}

function clientOf(person) {
  if (!clients.has(person)) clients.set(person, open(person));
  return clients.get(person);
}

function open(person) {
  const app = initializeApp({ projectId: project, apiKey: "demo" }, person);
  const client = { auth: getAuth(app), db: getFirestore(app), functions: getFunctions(app, region) };
  connectAuthEmulator(client.auth, authUrl, { disableWarnings: true });
  connectFirestoreEmulator(client.db, ...split(firestoreHost));
  connectFunctionsEmulator(client.functions, ...split(functionsHost));
  return client;
}

async function signUp({ person, email, password }) {
  const { user } = await createUserWithEmailAndPassword(clientOf(person).auth, email, password);
  return { uid: user.uid };
}

async function call({ person, name, data }) {
  const answer = await httpsCallable(clientOf(person).functions, name)(data);
  return answer.data;
}

// Listens to one field of a document from now on and keeps every value that it takes.
function watch({ person, path, field }) {
  const seen = { values: [], wake: () => {} };
  watches.set(`${person} ${path}`, seen);
  return new Promise((resolve, reject) => {
    onSnapshot(
      doc(clientOf(person).db, path),
      (snapshot) => {
        const value = snapshot.get(field);
        if (value !== seen.values.at(-1)) seen.values.push(value);
        seen.wake();
        resolve({ values: seen.values });
      },
      reject,
    );
  });
}

// Waits until a watched field has the value; what it was on the way is part of the answer.
function until({ person, path, value, seconds }) {
  const seen = watches.get(`${person} ${path}`);
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${path} did not become ${value} in ${seconds} s: ${seen.values.join(" → ")}`));
    const timer = setTimeout(late, seconds * 1000);
    seen.wake = () => {
      if (seen.values.at(-1) !== value) return;
      clearTimeout(timer);
      resolve({ values: seen.values });
    };
    seen.wake();
  });
}

const actions = { signUp, call, watch, until };

async function answer(line) {
  const request = JSON.parse(line);
  try {
    return { ok: await actions[request.action](request) };
  } catch (error) {
    return { error: { code: error.code ?? "error", message: error.message, details: error.details ?? null } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
process.exit(0);
