// Loaded into firebase-tools before it starts. It looks for a free port for each function's process, and gives it away
// before that process listens there: by chance two that start at once get the same one, and then one function answers
// what the other was asked. Here nobody is given a port that somebody was given before.
"use strict";

const portfinder = require("portfinder");

const find = portfinder.getPortPromise;
const given = new Set();

portfinder.getPortPromise = async (options) => {
  let port = await find({ ...options });
  while (given.has(port)) port = await find({ ...options, port: port + 1 });
  given.add(port);
  return port;
};
