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
