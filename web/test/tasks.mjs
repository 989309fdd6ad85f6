/**
 * Ten tasks of a first-time visitor. Each begins at the start page, needs no GraphQL query, and takes at most three clicks.
 *
 *     node test/tasks.mjs http://127.0.0.1:4000 [--screenshot DIR]
 */
import assert from 'node:assert/strict';
import { check, finish, origin, picture } from './browser.mjs';

const CLICKS = 3;

/** Opens the start page, and counts clicks from there. */
async function begin(page) {
  await page.goto(origin);
  let clicks = 0;
  const click = async (locator) => {
    clicks += 1;
    assert.ok(clicks <= CLICKS, `needs more than ${CLICKS} clicks`);
    await locator.first().click();
    await page.waitForLoadState();
  };
  /** Follows the first link with a name. */
  const follow = (name) => click(page.getByRole('link', { name }));
  /** Searches with the box of the start page. The key Enter counts as a click. */
  const search = async (words) => {
    await page.locator('main input[type=search], header input[type=search]').first().fill(words);
    clicks += 1;
    await page.keyboard.press('Enter');
    await page.waitForLoadState();
  };
  return { click, follow, search };
}

const words = (page) => page.locator('main').innerText();

const task = (name, run, settings) =>
  check(`task: ${name}`, async (page) => {
    await run(page, await begin(page));
    await picture(page, `task-${name}`);
  }, settings);

await task('a figure and its printed words', async (page, { search, follow }) => {
  await search('ICP III Mali');
  await follow(/Indicative Cooperation Programme III/);
  const text = await words(page);
  assert.match(text, /76,000,000|76 000 000/);
  assert.match(text, /55 million euros/, 'the words as printed');
});

await task('the agreements with Mali as a list', async (page, { follow }) => {
  await follow('Mali');
  await follow(/\d+ agreements/i);
  const rows = page.locator('main table tbody tr');
  assert.ok((await rows.count()) >= 10, `${await rows.count()} rows`);
  assert.match(await words(page), /General Cooperation Agreement/i);
});

await task('deployments by mission', async (page, { follow }) => {
  await follow('Missions');
  const text = await words(page);
  assert.match(text, /EUTM/);
  assert.match(text, /Luxembourg Army/);
});

await task('a comparison of Mali and Niger', async (page, { follow, click }) => {
  await follow('Mali');
  await page.getByLabel('Second country').selectOption('ne');
  await click(page.getByRole('button', { name: 'Apply' }));
  assert.match(page.url(), /engagement\/lu\/ml\?.*other=ne|engagement\/lu\/ml\+ne/);
  const headings = await page.locator('main h3').allInnerTexts();
  assert.ok(headings.includes('Mali') && headings.includes('Niger'), headings.join(', '));
});

await task('humanitarian aid by year as an image for a note', async (page, { follow, click }) => {
  await follow('Mali');
  const image = page.locator('#money .images a').first();
  const response = await fetch(await image.evaluate((node) => node.href));
  assert.equal(response.headers.get('content-type'), 'image/svg+xml');
  assert.match(await response.text(), /^<svg [\s\S]*3,696,847/);
  await click(image);
});

await task('Ségou on a map', async (page, { search, follow }) => {
  await search('ségou');
  await follow(/Ségou/);
  assert.ok(await page.locator('main svg.draw-map').first().isVisible());
  assert.match(await words(page), /Ségou/);
});

await task('the budgets of ICP III with reasons', async (page, { search, follow }) => {
  await search('ICP III Mali');
  await follow(/Indicative Cooperation Programme III/);
  assert.ok(await page.locator('main svg.draw-steps:visible, main svg.draw-staircase:visible').count(), 'budgets are drawn');
  assert.match(await words(page), /replaced|superseded|part of/i, 'exclusions state their reason');
});

await task('programmes in force', async (page, { follow }) => {
  await follow(/Programmes in force/);
  assert.ok((await page.locator('main table tbody tr').count()) > 3);
});

await task('all records of one source', async (page, { follow }) => {
  await follow('Mali');
  await follow("Luxembourg's development cooperation in Mali");
  assert.match(page.url(), /\/source\/GOV-MALI-EN/);
  assert.ok((await page.locator('main a[href*="programme/"], main a[href*="agreement/"]').count()) > 10);
});

await task('a shared link on a phone', async (page, { follow, click }) => {
  await follow('Mali');
  await click(page.locator('.bar summary', { hasText: 'Link' }));
  const address = await page.locator('#take-link').innerText();
  const title = await page.locator('main h1').innerText();
  const phone = await page.context().newPage();
  await phone.setViewportSize({ width: 360, height: 740 });
  await phone.goto(new URL(address, origin).href);
  assert.equal(await phone.locator('main h1').innerText(), title);
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
});

await check('the briefing of Mali prints on two pages', async (page) => {
  await page.goto(`${origin}/engagement/lu/ml`);
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' });
  assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length, 2);
});

await finish();
