// Amplify v6 sends its users to the pages and takes them back, in Debian's chromium. It speaks to a domain by https alone: the server's own
// authority is trusted as docs/domains.md says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { Browser } from './browser/visits.mjs';
import { application, domain } from './domains.mjs';
import { endpoint, password, user } from './postern.mjs';

const home = mkdtempSync(join(tmpdir(), 'postern-home-'));
let browser, pages, origin;

before(async () => {
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  certutil('-d', `sql:${store}`, '-N', '--empty-password');
  certutil('-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'postern', '-i', process.env.POSTERN_HTTPS_AUTHORITY);
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('browser/redirects.mjs', import.meta.url))], bundle: true, format: 'iife', write: false, platform: 'browser', target: 'es2022',
  });
  pages = createServer((request, response) => {
    const isScript = request.url === '/application.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? bundle.outputFiles[0].contents
      : '<!doctype html><title>Amplify</title><link rel="icon" href="data:,"><script src="/application.js"></script>');
  });
  await new Promise(resolve => pages.listen(0, resolve));
  origin = `http://localhost:${pages.address().port}`;
  browser = await Browser.start({ HOME: home });
});

after(async () => {
  await browser?.stop();
  pages?.close();
  pages?.closeAllConnections();
  rmSync(home, { recursive: true, force: true });
});

function certutil(...options) {
  const { status, stderr } = spawnSync('certutil', options, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** An application of a pool whose user is alice, open in a browser. */
async function opened(responseType, settings = {}) {
  const { userPoolId, host } = await domain({ at: process.env.POSTERN_HTTPS_ENDPOINT });
  const sub = await user(userPoolId, 'alice');
  const { id } = await application(userPoolId, { CallbackURLs: [`${origin}/`], LogoutURLs: [`${origin}/bye`], ...settings });
  const { page } = await browser.visit();
  await page.goto(origin);
  const oauth = { domain: host, scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'], redirectSignIn: [`${origin}/`], redirectSignOut: [`${origin}/bye`], responseType };
  await page.evaluate(settings => window.configure(settings), {
    Auth: { Cognito: { userPoolId, userPoolClientId: id, userPoolEndpoint: endpoint, loginWith: { oauth } } } });
  return { page, sub, host };
}

/** Amplify sends the browser to the page, and alice signs in there, or is known already. */
async function signIn(page, options = {}, { isKnown = false } = {}) {
  await leaving(page, 'signInWithRedirect', options);
  if (!isKnown) {
    await page.locator('[name=username]:visible').fill('alice');
    await page.locator('[name=password]:visible').fill(password);
    await page.locator('main form [type=submit]').first().click();
  }
  await page.waitForURL(url => url.origin === origin);
}

/** A function of Amplify that navigates away, and so never answers to the page that called it. */
async function leaving(page, name, options) {
  await Promise.all([page.waitForEvent('framenavigated'), page.evaluate(([name, options]) => { window.auth[name](options); }, [name, options])]);
}

/** Who is signed in, as soon as Amplify has taken the answer; what it says where it was refused. */
const session = page => page.evaluate(async () => {
  if (await window.answered === 'signInWithRedirect_failure')
    return { failure: window.heard.find(([event]) => event === 'signInWithRedirect_failure')[1] };
  const { tokens } = await window.auth.fetchAuthSession();
  return { access: tokens.accessToken.payload, id: tokens.idToken.payload, user: await window.auth.getCurrentUser(), heard: window.heard };
});

for (const responseType of ['code', 'token'])
  test(`Amplify signs in with redirect by ${responseType}, and calls the API with the tokens`, async () => {
    const { page, sub, host } = await opened(responseType);
    await signIn(page);
    const { access, id, user: current } = await session(page);
    assert.deepEqual([access.sub, access.username, access.scope.split(' ').sort()], [sub, 'alice', ['aws.cognito.signin.user.admin', 'email', 'openid']]);
    assert.deepEqual([id.email, current.username, current.userId], ['alice@example.com', 'alice', sub]);
    assert.equal((await page.evaluate(() => window.auth.fetchUserAttributes())).email_verified, 'true');
    if (responseType === 'code') {
      const again = await page.evaluate(async () => (await window.auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.payload);
      assert.equal(again.origin_jti, access.origin_jti);
      assert.notEqual(again.jti, access.jti);
    }
    const cookies = await page.context().cookies(`https://${host}/`);
    assert(cookies.length > 0 && cookies.every(cookie => cookie.secure && cookie.httpOnly), JSON.stringify(cookies));
  });

test('Amplify carries its own state through, and is answered without a page while the browser is signed in', async () => {
  const { page, sub } = await opened('code');
  for (const isKnown of [false, true]) {
    await signIn(page, { customState: 'where=+I was/é' }, { isKnown });
    const { heard, access } = await session(page);
    assert.equal(access.sub, sub);
    assert.deepEqual(heard.find(([event]) => event === 'customOAuthState'), ['customOAuthState', 'where=+I was/é']);
    // The application forgets its user, the browser's session with the pages stays.
    await page.evaluate(() => Object.keys(localStorage).filter(key => key !== 'configuration').forEach(key => localStorage.removeItem(key)));
    await page.goto(origin);
  }
});

test('Amplify signs out with redirect, and nobody is signed in with the pages either', async () => {
  const { page } = await opened('code');
  await signIn(page);
  await session(page);
  await leaving(page, 'signOut');
  await page.waitForURL(`${origin}/bye`);
  await assert.rejects(page.evaluate(() => window.auth.getCurrentUser()), /UserUnAuthenticatedException/);
  await signIn(page);
  assert.equal((await session(page)).user.username, 'alice');
});

test('Amplify is told why the pages refuse', async () => {
  const { page } = await opened('code', { AllowedOAuthScopes: ['openid', 'email'] });
  await leaving(page, 'signInWithRedirect', {});
  await page.waitForURL(url => url.origin === origin);
  assert.match((await session(page)).failure, /invalid_scope/);
});
