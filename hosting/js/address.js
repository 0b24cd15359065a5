// What the pages take from their own address, and the addresses they lead to.

// The same ids as the functions accept: safe in a path, a query and a Firestore document's name.
const ID = /^(?!__.*__$)[A-Za-z0-9_-]{1,128}$/;

export const isId = (text) => typeof text === "string" && ID.test(text);

/** The one id of that name in the query; null where it is missing, malformed or given twice. */
export function idFrom(query, name) {
  const given = new URLSearchParams(query).getAll(name);
  return given.length === 1 && isId(given[0]) ? given[0] : null;
}

export const successOf = (order) => `/success?${new URLSearchParams({ order })}`;

export const cancelOf = (s, order) => `/cancel?${new URLSearchParams({ s, order })}`;
