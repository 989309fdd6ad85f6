/**
 * Visits each kind of page of a running service in Chromium: with and without scripts, light and dark, on a phone, in print.
 *
 *     node test/pages.mjs http://127.0.0.1:4000 [--screenshot DIR]
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { check as checkPage, finish, origin, picture } from './browser.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One page of each kind. */
const KINDS = [
  '/',
  '/engagement/lu/ml',
  '/engagement/lu/ml+ne?lang=fr',
  '/search?q=mali',
  '/explore',
  '/explore/programmes?country=ML&by=year,sector_category',
  '/explore/humanitarian-contributions?chart=panels&by=year,channel&lang=fr',
  '/explore/agencies?text=zzz',
  '/missions',
  '/missions?country=ml&from=2014&to=2022&lang=fr',
  '/flows',
  '/flows?country=ml,ne&scope=all&currency=published&lang=fr',
  '/data',
  '/q',
  '/programme/ICP-MLI-3',
  '/programme/MLI/022',
  '/source/GOV-MALI-EN',
  '/country/ML',
  '/agency/lu-luxdev',
  '/mission/EUTM-MALI',
  '/agreement/AGR-ML-LOA-2016',
  '/contribution/HUM-2015-ML',
  '/location/ML-segou-region?lang=fr',
  '/programme/nothing',
];

/** Runs one check; a page of status 404 is logged as a failed resource. */
const check = (name, run, settings = {}) =>
  checkPage(name, run, { isExpected: (text) => text.includes('404'), ...settings });

/** Lists the violations that axe reports, one line per rule. */
async function violations(page) {
  // The policy of the page forbids inline scripts; the debugger may evaluate.
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run());
  return found.map((rule) => `${rule.id} (${rule.impact}): ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

const scrollsSideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const path of KINDS) {
  await check(`${path} has no violation, light`, async (page) => {
    await page.goto(origin + path);
    for (const details of await page.locator('details').all()) await details.evaluate((node) => { node.open = true; });
    assert.deepEqual(await violations(page), []);
    await picture(page, `${path}-light`, true);
  }, { reducedMotion: 'reduce' });
  await check(`${path} has no violation, dark`, async (page) => {
    await page.goto(origin + path);
    assert.deepEqual(await violations(page), []);
    await picture(page, `${path}-dark`);
  }, { colorScheme: 'dark' });
  await check(`${path} fits 320 pixels`, async (page) => {
    await page.goto(origin + path);
    assert.equal(await scrollsSideways(page), 0);
    assert.deepEqual(await violations(page), []);
    await picture(page, `${path}-phone`, true);
  }, { viewport: { width: 320, height: 640 } });
  await check(`${path} is complete without scripts`, async (page) => {
    await page.goto(origin + path);
    assert.ok((await page.locator('main h1').innerText()).length > 0);
    assert.equal(await page.locator('button:not([formaction]):visible').filter({ hasText: /PNG|Copy/ }).count(), 0);
  }, { javaScriptEnabled: false });
}

await check('the keyboard reaches the content and the footer', async (page) => {
  await page.goto(`${origin}/programme/ICP-MLI-3`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  for (let stop = 0; stop < 400; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('footer') !== null)) return;
  }
  assert.fail('the keyboard never reaches the end of the page');
});

await check('the search box suggests records while typing', async (page) => {
  await page.goto(origin);
  const box = page.locator('header input[type=search]');
  await box.pressSequentially('segou');
  await page.locator('.matches a').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/location/ML-segou-region');
});

await check('a column sorts and states its order', async (page) => {
  await page.goto(`${origin}/country/ML`);
  const table = page.locator('table').filter({ hasText: 'Rural development and food security' }).first();
  const amounts = () => table.locator('tbody td:last-child').allInnerTexts();
  await table.locator('thead th:last-child button').click();
  assert.equal(await table.locator('thead th:last-child').getAttribute('aria-sort'), 'ascending');
  const numbers = (await amounts()).map((text) => text.match(/\d[\d,]*/)?.[0]).filter(Boolean).map((text) => Number(text.replaceAll(',', '')));
  assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
});

await check('a facet, a chip, a head and the form change the view, with and without scripts', async (page) => {
  await page.goto(`${origin}/explore/programmes`);
  await page.locator('.facet a', { hasText: 'Mali' }).first().click();
  await page.waitForURL('**/explore/programmes?country=ML');
  await page.locator('thead a', { hasText: 'Title' }).click();
  await page.waitForURL('**sort=name-desc');
  assert.equal(await page.locator('th[aria-sort=descending]').count(), 1);
  await page.locator('select[name=by]').nth(1).selectOption('channel');
  await page.locator('form.choice button').click();
  await page.waitForURL('**by=channel**');
  assert.ok((await page.locator('#money h2').innerText()).includes('year and channel'));
  await page.locator('.chips a').first().click();
  await page.waitForURL((url) => !url.searchParams.has('country'));
}, { javaScriptEnabled: false });

await check('two clicks lead from a figure to its printed words', async (page) => {
  await page.goto(`${origin}/contribution/HUM-2015-ML`);
  await page.locator('.facts a[href="#note-1"]').first().click();
  await page.locator('#note-1 cite a').click();
  await page.waitForURL('**/source/GOV-MALI-EN');
  assert.ok((await page.locator('q', { hasText: 'more than 2.6 million euros' }).count()) > 0);
});

await check('the query of a page opens in the playground', async (page) => {
  await page.goto(`${origin}/mission/EUTM-MALI`);
  await page.locator('summary', { hasText: 'Ask in GraphQL' }).click();
  const href = await page.locator('a.ask').getAttribute('href');
  assert.match(href ?? '', /playground\/#query=.*MissionPage.*&variables=.*EUTM-MALI/);
});

await finish();
