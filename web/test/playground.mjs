/**
 * Tests the playground of a running service in Chromium with user input.
 *
 *     node test/playground.mjs http://127.0.0.1:4000 [--screenshot DIR]
 */
import assert from 'node:assert/strict';
import { check, finish, origin, picture } from './browser.mjs';

const playground = `${origin}/playground/`;

/** Returns the whole text of an editor, including lines out of view. */
const text = (page, editor) => page.locator(`${editor} .CodeMirror`).evaluate((node) => node.CodeMirror.getValue());
const QUERY = '.graphiql-query-editor';
const VARIABLES = '.graphiql-editor-tool .graphiql-editor:not(.hidden)';
const RESPONSE = '.result-window';

/** Waits until `holds` accepts the value of `probe`. The error has the last value. */
async function eventually(failure, probe, holds = Boolean) {
  const end = Date.now() + 15_000;
  for (;;) {
    const value = await probe();
    if (holds(value)) return value;
    if (Date.now() > end) assert.fail(`${failure}; last value: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function visit(page, address = playground) {
  const response = await page.goto(address);
  assert.equal(response?.status() ?? 200, 200);
  await page.locator('.example').first().waitFor();
  await page.locator(`${QUERY} .CodeMirror`).waitFor();
  await page.locator(`${RESPONSE} .CodeMirror`).waitFor();
  // The editor is empty at first. Text written before its query arrives would be lost.
  await eventually('no query in the editor', () => text(page, QUERY));
}

/** Asserts that a response has data and no errors. */
function assertValid(response) {
  const { data, errors } = JSON.parse(response);
  assert.equal(errors, undefined, `errors in ${response.slice(0, 500)}`);
  assert.ok(data, `no data in ${response.slice(0, 500)}`);
}

const hasVariables = ({ variables }) => Object.keys(variables ?? {}).length > 0;
const exampleButton = (page, { title }) => page.locator('.example-open').filter({ hasText: title }).first();

/** Opens an example by its button, runs it by keyboard, and checks the response. */
async function openAndRun(page, example) {
  await exampleButton(page, example).click();
  assert.equal(await text(page, QUERY), example.query.trim());
  assert.deepEqual(JSON.parse((await text(page, VARIABLES)) || '{}'), example.variables ?? {});
  assert.ok(
    await page.locator('.graphiql-execute-button').evaluate((node) => node === document.activeElement),
    'the run button has the focus',
  );
  await page.keyboard.press('Enter');
  assertValid(await eventually('no response', () => text(page, RESPONSE)));
}

const tabs = (page) => page.locator('[role=tab]').count();

/** Clears the query editor, and types into it key by key. */
async function write(page, query) {
  await page.locator(`${QUERY} .CodeMirror`).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(query);
}

const response = await fetch(new URL('queries.json', playground));
assert.equal(response.status, 200, 'queries.json');
const examples = await response.json();
const [first] = examples;
const withVariables = examples.find(hasVariables);

await check('the landing page loads', async (page) => {
  const landing = await page.goto(origin);
  assert.equal(landing.status(), 200);
  await page.waitForLoadState('networkidle');
  await picture(page, 'landing');
});

await check('/playground redirects to /playground/ with a content security policy', async (page) => {
  const landing = await page.goto(`${origin}/playground`);
  assert.equal(page.url(), playground);
  assert.match(landing.headers()['content-security-policy'] ?? '', /default-src 'none'/);
  assert.equal(await page.title(), 'aidgraph playground');
});

await check('every example is listed with its description and links', async (page) => {
  await visit(page);
  assert.ok(examples.length > 0);
  const list = await page.locator('.examples').innerText();
  for (const { title, answers } of examples) {
    assert.ok(list.includes(title), `lists ${title}`);
    assert.ok(list.includes(answers), `states ${answers}`);
  }
  for (const format of ['csv', 'json']) {
    const link = page.getByRole('link', { name: `${format.toUpperCase()} of ${first.title}`, exact: true });
    const address = await link.evaluate((node) => node.href);
    assert.equal(address, `${origin}/q/${first.name}.${format}`);
    assert.equal((await fetch(address)).status, 200, address);
  }
});

await check('the first visit shows the first example', async (page) => {
  await visit(page);
  assert.equal(await text(page, QUERY), first.query.trim());
  assert.deepEqual(JSON.parse((await text(page, VARIABLES)) || '{}'), first.variables ?? {});
  assert.equal(await tabs(page), 1);
});

await check('the editor completes a field', async (page) => {
  await visit(page);
  await write(page, '{ prog');
  const hints = page.locator('.CodeMirror-hints li');
  await eventually('no hint programmes', async () => {
    // The schema may not be loaded yet at the first key.
    await page.keyboard.press('Control+Space');
    const offered = [...(await hints.allInnerTexts()), await text(page, QUERY)];
    return offered.map((hint) => hint.replace(/[{}\s]/g, ''));
  }, (offered) => offered.includes('programmes'));
  await picture(page, 'completion');
});

/** Address that opens a query. */
const opening = (query) => `${playground}#${new URLSearchParams({ query })}`;

const focused = (page) =>
  page.evaluate((editors) => {
    const owner = document.activeElement.closest('.CodeMirror')?.closest(editors);
    return owner ? 'editor' : document.activeElement.tagName;
  }, [QUERY, VARIABLES, RESPONSE].join(','));

await check('Tab and Shift+Tab leave every editor', async (page) => {
  await visit(page);
  for (const editor of [QUERY, VARIABLES, RESPONSE]) {
    for (const key of ['Tab', 'Shift+Tab']) {
      await page.locator(`${editor} .CodeMirror`).click();
      const before = await text(page, editor);
      const input = await page.evaluateHandle(() => document.activeElement);
      await page.keyboard.press(key);
      assert.ok(await input.evaluate((node) => node !== document.activeElement), `${key} leaves ${editor}`);
      assert.equal(await text(page, editor), before, `${key} changes nothing in ${editor}`);
    }
  }
});

await check('from the query editor, Tab reaches Table, and Escape returns there', async (page) => {
  await visit(page);
  await page.locator(`${QUERY} .CodeMirror`).click();
  const table = page.locator('.answer-bar button', { hasText: 'Table' });
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    if (await table.evaluate((node) => node === document.activeElement)) break;
  }
  assert.ok(await table.evaluate((node) => node === document.activeElement), `stopped at ${await focused(page)}`);
  await page.keyboard.press('Enter');
  await page.locator('.answer-window').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.answer-window').waitFor({ state: 'detached' });
  assert.ok(await table.evaluate((node) => node === document.activeElement));
});

await check('Link opens the same query and variables elsewhere', async (page) => {
  await visit(page);
  await write(page, 'query ($code: ID!) {{} country(code: $code) {{} code'.replaceAll('{}', ''));
  const written = await text(page, QUERY);
  await page.locator(`${VARIABLES} .CodeMirror`).evaluate((node) => node.CodeMirror.setValue('{ "code": "ML" }'));
  await page.locator('.answer-bar button', { hasText: 'Link' }).click();
  const address = await page.locator('.answer-window textarea').inputValue();
  const other = await page.context().newPage();
  await visit(other, address);
  await eventually('no query', () => text(other, QUERY), (query) => query === written);
  assert.deepEqual(JSON.parse(await text(other, VARIABLES)), { code: 'ML' });
});

await check('Table shows the rows of the response, and links to all of them', async (page) => {
  await visit(page, opening('{ countries(filter: { identifier: ["ML", "NE"] }) { nodes { code name { value } } } }'));
  await page.locator('.answer-bar button', { hasText: 'Table' }).click();
  const window = page.locator('.answer-window');
  await window.locator('tbody tr').first().waitFor();
  assert.deepEqual(await window.locator('thead th').allInnerTexts(), ['code', 'name_value']);
  assert.deepEqual(await window.locator('tbody tr td:first-child').allInnerTexts(), ['ML', 'NE']);
  const csv = await (await fetch(await window.getByRole('link', { name: 'CSV' }).evaluate((node) => node.href))).text();
  assert.match(csv, /^code,name_value\r\nML,Mali\r\n/);
  await picture(page, 'table');
});

await check('Chart draws the rows of the response', async (page) => {
  await visit(page, opening(`{ humanitarianContributions(filter: { country: ["ML"] }) {
      groups(by: [YEAR], currency: "EUR") { groups { keys { code } counted } } } }`));
  await page.locator('.answer-bar button', { hasText: 'Chart' }).click();
  const drawing = page.locator('.answer-drawing svg');
  await drawing.waitFor();
  await page.getByLabel('Across').selectOption('keys_code');
  await page.getByLabel('Size').selectOption('counted');
  await page.getByLabel('Heading').fill('Aid to Mali');
  await eventually('no bars', () => drawing.innerHTML(), (svg) => svg.includes('3,696,847') && svg.includes('Aid to Mali'));
  await picture(page, 'chart');
});

await check('a response that is not a table gives the reason', async (page) => {
  await visit(page, opening('{ nothing }'));
  await page.locator('.answer-bar button', { hasText: 'Table' }).click();
  await eventually('no reason', () => page.locator('.answer-bar [role=status]').innerText(), (words) => words.includes('nothing'));
}, { isExpected: (message) => message.includes('400') });

await check('the first example runs', async (page) => {
  await visit(page);
  await openAndRun(page, first);
  await picture(page, 'light');
});

await check('an example with variables runs', async (page) => {
  assert.ok(withVariables, 'some example has variables');
  await visit(page);
  await openAndRun(page, withVariables);
  await picture(page, 'variables');
});

await check('every example runs', async (page) => {
  await visit(page);
  for (const example of examples) await openAndRun(page, example);
  assert.equal(await tabs(page), 1, 'an unedited tab is replaced');
});

await check('an example does not overwrite an edited query, and a reload keeps both', async (page) => {
  await visit(page);
  await write(page, '{ __typename');
  const written = await text(page, QUERY);
  await openAndRun(page, withVariables ?? first);
  assert.equal(await tabs(page), 2);
  await page.locator('[role=tab]').first().click();
  assert.equal(await text(page, QUERY), written);
  await page.waitForTimeout(1_000); // GraphiQL stores its tabs half a second late.
  await page.reload();
  await visit(page);
  assert.equal(await tabs(page), 2);
  assert.equal(await text(page, QUERY), written);
});

await check('#query=NAME opens that example', async (page) => {
  const last = examples.at(-1);
  await visit(page, `${playground}#query=${encodeURIComponent(last.name)}`);
  assert.equal(await text(page, QUERY), last.query.trim());
  await page.evaluate((name) => (location.hash = `query=${encodeURIComponent(name)}`), first.name);
  await eventually('not followed', () => text(page, QUERY), (query) => query === first.query.trim());
});

await check('the documentation and the dialogs open', async (page) => {
  await visit(page);
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByText('Root Types').waitFor();
  await picture(page, 'documentation');
  for (const dialog of ['settings', 'short keys']) {
    await page.getByRole('button', { name: `Open ${dialog} dialog` }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
});

await check(
  'the playground is dark if the system prefers dark',
  async (page) => {
    await visit(page);
    await openAndRun(page, withVariables ?? first);
    const colour = await page.locator('.graphiql-container').evaluate((node) => getComputedStyle(node).backgroundColor);
    const brightness = Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
    assert.ok(brightness < 100, colour);
    await picture(page, 'dark');
  },
  { colorScheme: 'dark' },
);

await finish();
