// Runs third-party clients: each sends a query and an invalid query, and subscribes to a change of the data.
// usage: node clients.mjs http://127.0.0.1:PORT PATH-TO-AIDGRAPH DATA-FOLDER
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client as Urql, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient as createSse } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import WebSocket from 'ws';

const [address, binary, data] = process.argv.slice(2);
const url = new URL('/graphql', address).href;
const socketUrl = url.replace(/^http/, 'ws');
const QUERY = 'query Version { dataset { version } }';
const CHANGES = 'subscription Changes { datasetChanged { version added { names } } }';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const pass = (name) => console.log(`ok ${name}`);

const version = async () => {
  const body = JSON.stringify({ query: QUERY });
  const headers = { 'content-type': 'application/json' };
  return (await (await fetch(url, { method: 'POST', headers, body })).json()).data.dataset.version;
};

/** Returns a `fetch` that records the method and status of each request. */
const recording = (seen) => async (input, init) => {
  const response = await fetch(input, init);
  seen.push(`${init?.method ?? 'GET'} ${response.status}`);
  return response;
};

/** Imports an activity, which changes the current data. */
const change = (name) => {
  const file = join(data, `${name}.xml`);
  writeFileSync(file, `<?xml version="1.0"?><iati-activities version="2.03"><iati-activity default-currency="EUR" xml:lang="en">
    <iati-identifier>XX-${name}</iati-identifier><reporting-org ref="XX" type="10"><narrative>Reporter</narrative></reporting-org>
    <title><narrative>Wells</narrative></title><description><narrative>Deep ones.</narrative></description>
    <activity-status code="2"/><recipient-country code="ML"/></iati-activity></iati-activities>`);
  execFileSync(binary, ['import', '--data', data, file], { stdio: 'ignore' });
};

/** Returns the first item of an async iterable. */
const first = async (iterable) => {
  for await (const item of iterable) return item;
  throw new Error('no item was received');
};

async function graphqlWs() {
  const client = createWs({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const response = await first(client.iterate({ query: QUERY }));
  assert.equal(response.data.dataset.version, await version());
  await assert.rejects(first(client.iterate({ query: '{ nonsense }' })), (errors) => errors[0].extensions.code === 'BAD_USER_INPUT');
  return { changes: first(client.iterate({ query: CHANGES })), end: () => client.dispose() };
}

async function graphqlSse() {
  const client = createSse({ url, retryAttempts: 0 });
  const response = await first(client.iterate({ query: QUERY }));
  assert.equal(response.data.dataset.version, await version());
  const rejected = await first(client.iterate({ query: '{ nonsense }' }));
  assert.equal(rejected.errors[0].extensions.code, 'BAD_USER_INPUT');
  return { changes: first(client.iterate({ query: CHANGES })), end: () => client.dispose() };
}

async function apollo() {
  const seen = [];
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  const socket = createWs({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const http = persisted.concat(new HttpLink({ uri: url, fetch: recording(seen) }));
  const isSubscription = ({ operationType }) => operationType === 'subscription';
  const link = ApolloLink.split(isSubscription, new GraphQLWsLink(socket), http);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const query = () => client.query({ query: gql`query Apollo { dataset { version sourceCount } }`, fetchPolicy: 'network-only' });
  assert.equal((await query()).data.dataset.version, await version());
  await query();
  assert.deepEqual(seen.map((entry) => entry.split(' ')[0]), ['GET', 'POST', 'GET'], seen.join());
  assert.equal(seen.at(-1), 'GET 200');
  const changes = new Promise((resolve, reject) => {
    client.subscribe({ query: gql(CHANGES) }).subscribe({ next: resolve, error: reject });
  });
  return { changes, end: () => { client.stop(); socket.dispose(); } };
}

async function urql() {
  const seen = [];
  const client = new Urql({
    url, fetch: recording(seen), requestPolicy: 'network-only', preferGetMethod: true,
    exchanges: [persistedExchange({ preferGetForPersistedQueries: true, generateHash: async (query) => sha256(query) }), fetchExchange],
    fetchSubscriptions: true,
  });
  const query = () => client.query('query Urql { dataset { version sourceCount } }', {}).toPromise();
  const response = await query();
  assert.equal(response.error, undefined, String(response.error));
  assert.equal(response.data.dataset.version, await version());
  assert.equal((await query()).error, undefined);
  assert.equal(seen.at(-1), 'GET 200', seen.join());
  const changes = new Promise((resolve) => {
    const { unsubscribe } = client.subscription(CHANGES, {}).subscribe((result) => {
      if (result.data ?? result.error) { resolve(result); setTimeout(unsubscribe); }
    });
  });
  return { changes, end: () => {} };
}

const clients = { graphqlWs, graphqlSse, apollo, urql };
const waiting = [];
for (const [name, begin] of Object.entries(clients)) {
  waiting.push([name, await begin()]);
  pass(`${name}: a query`);
}
// The last subscription must be registered before the data changes.
await new Promise((resolve) => setTimeout(resolve, 500));
change('clients');
for (const [name, { changes, end }] of waiting) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} received no change`)), 60_000).unref());
  const received = await Promise.race([changes, late]);
  assert.deepEqual(received.data?.datasetChanged.added.names, ['clients.xml'], `${name}: ${JSON.stringify(received)}`);
  pass(`${name}: a change of the data`);
  end();
}
process.exit(0);
