// The sign-in page in Debian's chromium, classic and managed login: by mouse, by keyboard, without scripts.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Browser } from './browser/visits.mjs';
import { password, user } from './postern.mjs';

let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

for (const version of [1, 2]) {
  const pages = version === 1 ? 'classic' : 'managed';

  test(`${pages} pages: a user signs in, after a wrong password that is told and keeps the name`, async () => {
    const { at } = await site(version);
    const visit = await browser.visit();
    await visit.open(at());
    assert.equal(new URL(visit.page.url()).pathname, '/login');
    await visit.isFit(`${pages}-sign-in`);
    await visit.submit({ username: 'alice', password: 'wrong' });
    assert.equal(await visit.problem(), 'Incorrect username or password.');
    assert.deepEqual([await value(visit, 'username'), await value(visit, 'password')], ['alice', '']);
    await visit.isFit(`${pages}-sign-in-wrong`);
    await visit.submit({ password });
    assert.deepEqual(Object.keys(await visit.given()).sort(), ['code', 'state']);
  });

  test(`${pages} pages: a browser that signed in is not asked again, and is after it signed out`, async () => {
    const { at, base, clientId } = await site(version);
    const signedOut = `${browser.application}/bye`;
    const visit = await browser.visit();
    await visit.open(at());
    await visit.submit({ username: 'alice', password });
    await visit.given();
    await visit.open(at('/oauth2/authorize', { state: 'again' }));
    assert.equal((await visit.given()).state, 'again');
    await visit.open(`${base}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: signedOut })}`);
    assert.equal(visit.page.url(), signedOut);
    await visit.open(at());
    assert.equal(new URL(visit.page.url()).pathname, '/login');
  });

  test(`${pages} pages: a user signs in by keyboard alone, and always sees where the focus is`, async () => {
    const { at } = await site(version);
    const visit = await browser.visit();
    await visit.open(at());
    await tabTo(visit.page, '[name=username]');
    await visit.page.keyboard.type('alice');
    await tabTo(visit.page, '[name=password]');
    await visit.page.keyboard.type(password);
    await visit.page.keyboard.press('Enter');
    assert((await visit.given()).code);
  });

  test(`${pages} pages: a browser without scripts signs in, and is told a wrong password`, async () => {
    const { at } = await site(version);
    const visit = await browser.visit({ javaScript: false });
    await visit.open(at());
    await visit.submit({ username: 'alice', password: 'wrong' });
    assert.equal(await visit.problem(), 'Incorrect username or password.');
    await visit.submit({ username: 'alice', password });
    assert((await visit.given()).code);
  });

  test(`${pages} pages: what cannot be told to an application is told on a page`, async () => {
    const { at } = await site(version);
    const visit = await browser.visit();
    await visit.open(at('/oauth2/authorize', { redirect_uri: `${browser.application}/other` }), { status: 400 });
    assert.equal(new URL(visit.page.url()).pathname, '/error');
    assert.equal(await visit.page.getByRole('heading', { level: 1 }).innerText(), 'An error was encountered with the requested page.');
    assert.equal(await visit.problem(), 'redirect_mismatch');
    await visit.isFit(`${pages}-error`);
  });
}

test('a double click signs in once, and a user who goes back can sign in again', async () => {
  const { at } = await site(2);
  const visit = await browser.visit();
  await visit.open(at());
  await visit.page.locator('[name=username]:visible').fill('alice');
  await visit.page.locator('[name=password]:visible').fill(password);
  await visit.page.locator('main form [type=submit]').dblclick();
  const { code } = await visit.given();
  await visit.page.goBack();
  assert.equal(new URL(visit.page.url()).pathname, '/login');
  await visit.submit({ username: 'alice', password });
  assert.notEqual((await visit.given()).code, code);
});

test('an application on a device is reached by its own scheme: the policy of the page lets the browser go there', async () => {
  const redirect_uri = 'postern-test:/callback';
  const { at } = await site(2, { CallbackURLs: [redirect_uri] });
  const visit = await browser.visit();
  await visit.open(at('/oauth2/authorize', { redirect_uri }));
  await visit.page.locator('[name=username]:visible').fill('alice');
  await visit.page.locator('[name=password]:visible').fill(password);
  // No program here has the scheme: chromium goes there and fails. What the policy forbids it tells on the console.
  const followed = visit.page.waitForEvent('requestfailed', request => request.url().startsWith(`${redirect_uri}?code=`));
  await visit.press('main form [type=submit]');
  await followed;
});

/** A pool whose user is alice. */
async function site(version, client) {
  const made = await browser.site({ version, client });
  await user(made.userPoolId, 'alice');
  return made;
}

const value = (visit, name) => visit.page.locator(`[name="${name}"]:visible`).inputValue();

/** Goes on by Tab until an element has the focus; each one on the way shows that it has it. */
async function tabTo(page, selector) {
  for (let steps = 0; steps < 20; steps++) {
    const at = await page.evaluate(wanted => {
      const focused = document.activeElement, { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
      return { isThere: focused.matches(wanted), isBody: focused === document.body, name: focused.outerHTML.slice(0, 100),
        isSeen: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' };
    }, selector);
    assert(at.isBody || at.isSeen, `the focus is seen on ${at.name}`);
    if (at.isThere)
      return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not lead to ${selector}`);
}
