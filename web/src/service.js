import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-sse';

/** Addresses are relative to `/playground/`, so the service may be served under a prefix. */
const graphql = new URL('../graphql', location.href).href;

/** Reports a transport failure as a GraphQL error, which GraphiQL shows. */
const failure = (message) => Response.json({ errors: [{ message }] });

/** `fetch`, with a GraphQL error in place of a proxy's HTML page or of a failed connection. */
async function explained(url, init) {
  try {
    const response = await fetch(url, init);
    if (response.headers.get('content-type')?.includes('json')) return response;
    return failure(`${response.status} ${response.statusText}: ${(await response.text()).slice(0, 500)}`);
  } catch (cause) {
    return failure(`No response from the service: ${cause.message}`);
  }
}

/** Sends queries by POST, and subscriptions as server-sent events, for which `connect-src 'self'` suffices. */
export const fetcher = createGraphiQLFetcher({
  url: graphql,
  fetch: explained,
  headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
  enableIncrementalDelivery: false,
  wsClient: createClient({ url: graphql, retryAttempts: 0 }),
});

/** Loads the saved queries, `{ name, title, answers, query, variables }`; null on failure. */
export async function loadExamples() {
  try {
    const response = await fetch(new URL('queries.json', location.href));
    if (!response.ok) return null;
    return (await response.json()).map((example) => ({ ...example, query: example.query.trim() }));
  } catch {
    return null;
  }
}

/** Returns the address of a saved query's rows. `format` is `csv` or `json`. */
export const rows = (name, format) => new URL(`../q/${encodeURIComponent(name)}.${format}`, location.href).href;

/** Returns the variables of an editor that the query uses: `/graphql` ignores others, `/q` rejects them. */
function used({ query, variables }) {
  if (!variables.trim()) return undefined;
  const given = Object.entries(JSON.parse(variables));
  return Object.fromEntries(given.filter(([name]) => query.includes(`$${name}`)));
}

/** Sends a query to `/q.FORMAT`; the result of `read` for a table, otherwise `{ error }`. */
async function asTable(operation, format, read) {
  try {
    const { query, operationName } = operation;
    const body = JSON.stringify({ query, variables: used(operation), operationName });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(new URL(`../q.${format}`, location.href), { method: 'POST', headers, body });
    if (response.ok) return await read(response);
    const { errors } = await response.json();
    return { error: errors.map(({ message }) => message).join('; ') };
  } catch (cause) {
    return { error: cause.message };
  }
}

/** Reads the rows of a query, `{ columns, rows }`, without the second columns that JSON has for decimals and dates. */
export const tableOf = (operation) =>
  asTable(operation, 'json?join=list', async (response) => {
    const { columns, rows } = await response.json();
    const names = new Set(columns.map(({ name }) => name));
    const isTwin = ({ name }) => names.has(name.replace(/_(text|ms)$/, '')) && /_(text|ms)$/.test(name);
    return { columns: columns.filter((column) => !isTwin(column)), rows };
  });

/** Draws the rows of a query, `{ text }`. `chart` is a line such as `bar x=year y=counted`. */
export const drawn = (operation, chart, heading) => {
  const query = `# chart: ${chart}\n${operation.query.replace(/^#\s*chart:.*$/gm, '#')}`;
  const format = `svg?join=list&heading=${encodeURIComponent(heading || operation.operationName || 'Answer')}`;
  return asTable({ ...operation, query }, format, async (response) => ({ text: await response.text() }));
};

/** Returns the address of the rows of a query in a format. */
export function file(operation, format) {
  const { query, operationName } = operation;
  const parts = new URLSearchParams({ query, join: 'list' });
  const variables = used(operation);
  if (variables) parts.set('variables', JSON.stringify(variables));
  if (operationName) parts.set('operationName', operationName);
  return new URL(`../q.${format}?${parts}`, location.href).href;
}
