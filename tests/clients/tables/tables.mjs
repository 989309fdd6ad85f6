/**
 * Runs clients of npm: GraphQL Code Generator by URL, Power Query's parser, and Chromium on another port with Vega-Lite and D3.
 *
 *     node tables.mjs ADDRESS PORT DASHBOARDS
 *
 * PORT serves the pages; the service allows its origin. CHROMIUM names the browser, /usr/bin/chromium if unset.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import powerquery from '@microsoft/powerquery-parser';

const [address, port, dashboards] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const modules = join(import.meta.dirname, '..', 'node_modules');
const browserPath = process.env.CHROMIUM || '/usr/bin/chromium';

class NotRun extends Error {}

async function check(name, run) {
  try {
    console.log(`ok ${name}: ${await run()}`);
  } catch (error) {
    const line = String(error.message ?? error).replace(/\s+/g, ' ').slice(0, 600);
    console.log(error instanceof NotRun ? `NOT RUN ${name}: ${line}` : `FAILED ${name}: ${line}`);
  }
}

async function graphql(query) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = await response.json();
  assert.ok(!errors, JSON.stringify(errors));
  return data;
}

const truth = async (filter = '') => {
  const data = await graphql(`{ humanitarianContributions${filter} { totals(currency: "EUR") { counted } } }`);
  return Number(data.humanitarianContributions.totals[0].counted).toFixed(2);
};

await check('encodings at equal weight', async () => {
  for (const path of ['/graphql?query={__typename}', '/q/humanitarian-contributions.json', '/schema.graphql']) {
    const headers = { 'accept-encoding': 'zstd, gzip, deflate, br', accept: '*/*' };
    // `fetch` would decompress; curl shows the header as sent.
    const head = execFileSync('curl', ['-gsSD', '-', '-o', '/dev/null', '-H', `accept-encoding: ${headers['accept-encoding']}`, address + path]);
    const coding = /^content-encoding: (\S+)/im.exec(head.toString())?.[1] ?? 'identity';
    assert.notEqual(coding, 'zstd', `${path} is zstd, which Node 20 offers and cannot decompress`);
  }
  return 'not zstd';
});

await check(`GraphQL Code Generator by URL on Node ${process.versions.node}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'codegen-'));
  const output = join(folder, 'types.ts');
  const config = { schema: `${address}/graphql`, generates: { [output]: { plugins: ['typescript'] } } };
  writeFileSync(join(folder, 'codegen.json'), JSON.stringify(config));
  const tool = join(modules, '.bin', 'graphql-codegen');
  execFileSync(tool, ['--config', join(folder, 'codegen.json'), '--silent'], { cwd: join(modules, '..'), stdio: 'pipe' });
  const types = readFileSync(output, 'utf8');
  assert.match(types, /export type HumanitarianContribution = /);
  return `${types.length} bytes of types`;
});

await check('power-query.pq parses', async () => {
  const text = readFileSync(join(dashboards, 'power-query.pq'), 'utf8');
  const task = await powerquery.TaskUtils.tryLexParse(powerquery.DefaultSettings, text);
  assert.ok(powerquery.TaskUtils.isParseStageOk(task), task.error?.innerError?.message ?? task.error?.message);
  const broken = await powerquery.TaskUtils.tryLexParse(powerquery.DefaultSettings, text.replace('in\n    [', 'in\n    [['));
  assert.ok(!powerquery.TaskUtils.isParseStageOk(broken), 'the parser accepts invalid text');
  return `${text.length} bytes`;
});

await check('power-query.pq: a function for each table, with its parameters', async () => {
  const text = readFileSync(join(dashboards, 'power-query.pq'), 'utf8');
  const { tables } = await (await fetch(`${address}/q`, { headers: { accept: 'application/json' } })).json();
  const known = new Map(tables.map((table) => [table.name, table.parameters.map((p) => p.name)]));
  const calls = [...text.matchAll(/Read\("([a-z-]+)", \[(.*?)\], more\)/g)];
  for (const [, name, fields] of calls) {
    const names = [...fields.matchAll(/(\w+) = /g)].map((match) => match[1]);
    assert.ok(known.has(name), `no table ${name}`);
    for (const field of names) assert.ok(known.get(name).includes(field), `${name} has no parameter ${field}`);
  }
  const missing = [...known.keys()].filter((name) => !calls.some((call) => call[1] === name));
  assert.deepEqual(missing, [], 'tables without a function');
  // The request of Web.Contents: RelativePath + Query, a list as repeated parameters.
  const body = await (await fetch(`${address}/q/budgets.json?country=ML&country=NE&currency=EUR`)).json();
  assert.ok(body.columns.every((column) => column.name && column.type), 'columns without name or type');
  for (const row of body.rows) assert.deepEqual(Object.keys(row), body.columns.map((column) => column.name));
  return `${calls.length} functions for ${known.size} tables`;
});

/** Serves dashboards/ and node_modules/ at the allowed origin, and one page that draws with D3. */
const d3Page = `<!doctype html><meta charset="utf-8"><script src="node_modules/d3/dist/d3.min.js"></script><svg width="600" height="300"></svg>
<script>
(async () => {
  const url = ${JSON.stringify(`${address}/q/humanitarian-contributions.csv?country=ML`)};
  const response = await fetch(url);
  const rows = d3.csvParse(await response.text(), d3.autoType);
  const years = d3.rollups(rows.filter((row) => row.year !== null), (group) => d3.sum(group, (row) => row.counted), (row) => row.year);
  const y = d3.scaleLinear([0, d3.max(years, (pair) => pair[1])], [0, 280]);
  const x = d3.scaleBand(years.map((pair) => pair[0]).sort(), [0, 600]).padding(0.1);
  d3.select('svg').selectAll('rect').data(years).join('rect').attr('x', (pair) => x(pair[0])).attr('width', x.bandwidth())
    .attr('y', (pair) => 300 - y(pair[1])).attr('height', (pair) => y(pair[1]));
  const names = ['aidgraph-rows', 'aidgraph-data-version', 'etag'];
  window.result = { rows: rows.length, sum: d3.sum(rows, (row) => row.counted).toFixed(2), years: years.length,
    headers: names.map((name) => response.headers.get(name)) };
})().catch((error) => { window.result = { error: String(error) }; });
</script>`;

const types = { html: 'text/html', js: 'text/javascript' };
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, origin).pathname));
  const file = path.startsWith('/node_modules/') ? join(modules, path.slice(14)) : join(dashboards, path);
  const found = path === '/d3.html' || existsSync(file);
  response.writeHead(found ? 200 : 404, { 'content-type': types[path.split('.').at(-1)] ?? 'application/octet-stream' });
  response.end(path === '/d3.html' ? d3Page : found ? readFileSync(file) : '');
}).listen(Number(port), '127.0.0.1');

let browser;
async function open(path) {
  if (!existsSync(browserPath)) throw new NotRun(`no ${browserPath}: install the Debian package chromium`);
  browser ??= await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => faults.push(`${request.url()}: ${request.failure().errorText}`));
  await page.goto(origin + path);
  return { page, faults };
}

await check('Chromium with D3 on another port', async () => {
  const { page, faults } = await open('/d3.html');
  await page.waitForFunction(() => window.result, null, { timeout: 20000 });
  const result = await page.evaluate(() => window.result);
  assert.deepEqual(faults, []);
  assert.ok(!result.error, result.error);
  const [rows, version, etag] = result.headers;
  assert.equal(Number(rows), result.rows, 'aidgraph-rows is not the number of rows, or not readable');
  assert.ok(version, 'aidgraph-data-version is not readable');
  assert.ok(etag, 'etag is not readable');
  assert.equal(result.sum, await truth('(filter: {country: "ML"})'));
  const bars = await page.locator('rect').evaluateAll((all) => all.filter((bar) => bar.getBoundingClientRect().height > 0).length);
  assert.ok(bars > 0, 'no bar is drawn');
  return `${bars} bars, headers readable, sum agrees`;
});

await check('Chromium with vega-lite.html on another port', async () => {
  const { page, faults } = await open(`/vega-lite.html?address=${encodeURIComponent(address)}&country=ML`);
  await page.waitForSelector('#total:not(:empty)', { timeout: 20000 });
  const total = page.locator('#total');
  assert.equal(await total.getAttribute('role'), 'status', await total.textContent());
  assert.deepEqual(faults, []);
  assert.equal(await total.getAttribute('data-sum'), await truth('(filter: {country: "ML"})'));
  assert.ok((await total.getAttribute('data-version')) && (await total.getAttribute('data-etag')), 'headers are not readable');
  for (const chart of ['#humanitarian', '#budgets']) {
    const bars = await page.locator(`${chart} svg .mark-rect path`).evaluateAll((all) =>
      all.filter((bar) => bar.getBoundingClientRect().width > 1 && bar.getBoundingClientRect().height > 1).length,
    );
    assert.ok(bars > 0, `${chart}: no bar is drawn`);
  }
  if (process.env.AIDGRAPH_SCREENSHOT) await page.screenshot({ path: process.env.AIDGRAPH_SCREENSHOT, fullPage: true });
  return `two charts, ${await total.getAttribute('data-rows')} rows, sum agrees`;
});

await browser?.close();
server.close();
