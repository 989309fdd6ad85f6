import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-sse';

/** Addresses are relative to `/playground/`, so the service may stand under a prefix. */
const graphql = new URL('../graphql', location.href).href;

/** What went wrong on the way, in the shape in which GraphiQL shows what the service itself says. */
const refusal = (message) => Response.json({ errors: [{ message }] });

/** `fetch`, but a proxy's HTML page or a service that is down gives a sentence rather than a stack trace. */
async function explained(url, init) {
  try {
    const response = await fetch(url, init);
    if (response.headers.get('content-type')?.includes('json')) return response;
    return refusal(`${response.status} ${response.statusText}: ${(await response.text()).slice(0, 500)}`);
  } catch (cause) {
    return refusal(`The service did not answer: ${cause.message}`);
  }
}

/** Queries go by POST; subscriptions as server-sent events, which need no more than `connect-src 'self'`. */
export const fetcher = createGraphiQLFetcher({
  url: graphql,
  fetch: explained,
  headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
  enableIncrementalDelivery: false,
  wsClient: createClient({ url: graphql, retryAttempts: 0 }),
});

/** The saved queries: `{ name, title, answers, query, variables }`; null when they cannot be had. */
export async function loadExamples() {
  try {
    const response = await fetch(new URL('queries.json', location.href));
    if (!response.ok) return null;
    return (await response.json()).map((example) => ({ ...example, query: example.query.trim() }));
  } catch {
    return null;
  }
}

/** Where a saved query's rows can be fetched. `format` is `csv` or `json`. */
export const rows = (name, format) => new URL(`../q/${encodeURIComponent(name)}.${format}`, location.href).href;
