/**
 * Shared code of browser tests: arguments, Chromium, and checks in fresh profiles.
 *
 * CHROMIUM names the browser, /usr/bin/chromium if unset.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshot: { type: 'string' } },
});
if (positionals.length !== 1) {
  console.error(`usage: node test/${basename(process.argv[1])} http://127.0.0.1:PORT [--screenshot DIR]`);
  process.exit(2);
}
if (options.screenshot) await mkdir(options.screenshot, { recursive: true });

const { origin, hostname } = new URL(positionals[0]);

/** Origin of the service under test. */
export { origin };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
    // No network beyond the origin, including background requests of the browser.
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}`,
  ],
});

let passed = 0;
let failed = 0;

/**
 * Runs one check in a fresh profile. It also fails if the page requests another origin, violates its policy, or logs an
 * error that `isExpected` does not accept. Other settings are those of the profile.
 */
export async function check(name, run, { isExpected = () => false, ...settings } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...settings });
  const faults = [];
  const inside = (url) => new URL(url).host === new URL(origin).host;
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (inside(url)) return route.continue();
    faults.push(`request to another origin: ${url}`);
    return route.abort();
  });
  await context.routeWebSocket('**/*', (socket) => {
    if (inside(socket.url())) return void socket.connectToServer();
    faults.push(`request to another origin: ${socket.url()}`);
    return socket.close();
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A run that is stopped on purpose aborts its request.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()}`);
  });
  try {
    await run(page);
    assert.deepEqual(faults, []);
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error.message).replaceAll('\n', '\n        ')}`);
    if (faults.length > 0) console.log(`        faults: ${faults.join('; ')}`);
    await picture(page, `failed-${failed}`).catch(() => {});
  } finally {
    await context.close();
  }
}

/** Saves a screenshot of the viewport, or of the whole page, if a folder is given. */
export async function picture(page, name, whole = false) {
  if (!options.screenshot) return;
  const file = `${name.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')}.png`;
  await page.screenshot({ path: join(options.screenshot, file), fullPage: whole });
}

/** Closes the browser, and sets the exit code: 1 if a check has failed. */
export async function finish() {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
