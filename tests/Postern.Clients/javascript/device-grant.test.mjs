// Devices without a browser (RFC 8628): openid-client is the device, its user confirms in Debian's chromium or in a browser without scripts.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { DescribeUserPoolCommand, TagResourceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { Browser } from './browser/visits.mjs';
import { application } from './domains.mjs';
import { password, user, userPools } from './postern.mjs';
import { Visitor } from './visitor.mjs';

const openid = await import('openid-client'); // it wants the crypto that postern.mjs puts in its place on Node.js 18

let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

for (const version of [1, 2]) {
  const pages = version === 1 ? 'classic' : 'managed';

  test(`${pages} pages: openid-client polls until its user typed the code, signed in and allowed the device`, async () => {
    const { base, config, sub } = await site(version);
    const { codes, tokens } = await begin(config);
    assert.equal(codes.verification_uri, `${base}/device`);
    const visit = await browser.visit();
    await visit.open(codes.verification_uri);
    await visit.isFit(`${pages}-device`);
    await visit.submit({ user_code: 'bcdf ghjk' });
    assert.equal(await visit.problem(), 'No device waits with this code. Check it, or get a new one on your device.');
    await visit.isFit(`${pages}-device-wrong`);
    await visit.submit({ user_code: codes.user_code.toLowerCase().replace('-', ' ') });
    assert.equal(new URL(visit.page.url()).pathname, '/login');
    await visit.submit({ username: 'alice', password });
    assert.equal(new URL(visit.page.url()).pathname, '/device/confirm');
    const text = await visit.page.locator('main').innerText();
    for (const shown of ['Living room TV', 'alice', codes.user_code, 'Know who you are', 'See your email address', 'Go on only if you began this yourself'])
      assert(text.includes(shown), `${shown} in: ${text}`);
    await visit.isFit(`${pages}-device-confirm`);
    await visit.submit({}, 'button[value=allow]');
    assert.equal(await visit.page.getByRole('status').innerText(), 'Go back to your device. It goes on by itself.');
    await visit.isFit(`${pages}-device-allowed`);
    const given = await tokens;
    assert.deepEqual([given.claims().sub, given.claims().email, given.scope ?? 'openid email'], [sub, 'alice@example.com', 'openid email']);
    assert.equal((await openid.fetchUserInfo(config, given.access_token, sub)).email, 'alice@example.com');
    assert.equal((await openid.refreshTokenGrant(config, given.refresh_token)).claims().sub, sub);
  });
}

test('a user denies by keyboard alone, without scripts, in a browser that is signed in, and openid-client is told', async () => {
  const { at, config } = await site(2);
  const visit = await browser.visit({ javaScript: false });
  await visit.open(at());
  await visit.submit({ username: 'alice', password });
  await visit.given();
  const { codes, tokens } = await begin(config);
  const denied = assert.rejects(tokens, { error: 'access_denied', status: 400 });
  await visit.open(codes.verification_uri_complete);
  assert.equal(await visit.page.locator('[name=user_code]').inputValue(), codes.user_code);
  await go(visit, 'main form [type=submit]');
  assert.equal(new URL(visit.page.url()).pathname, '/device/confirm');
  await go(visit, 'button[value=deny]');
  assert.equal(await visit.page.getByRole('heading', { level: 1 }).innerText(), 'The device was denied');
  await denied;
});

test('the pages of a device that was denied or is too late are fit to be seen', async () => {
  const { config } = await site(2);
  const visit = await browser.visit();
  const codes = await openid.initiateDeviceAuthorization(config, { scope: 'openid' });
  await visit.open(codes.verification_uri_complete);
  await visit.submit();
  await visit.submit({ username: 'alice', password });
  const confirm = visit.page.url();
  await visit.submit({}, 'button[value=deny]');
  await visit.isFit('managed-device-denied');
  await visit.open(confirm, { status: 400 });
  assert.equal(await visit.problem(), 'The code is no longer valid. Get a new one on your device.');
  await visit.isFit('managed-device-over');
  await visit.page.getByRole('link', { name: 'Start again' }).click();
  assert.equal(new URL(visit.page.url()).pathname, '/device');
});

test('in Japanese, the longest of texts, the pages hold together', async () => {
  const { config } = await site(2);
  const visit = await browser.visit();
  const codes = await openid.initiateDeviceAuthorization(config, { scope: 'openid email phone profile aws.cognito.signin.user.admin' });
  await visit.open(`${codes.verification_uri_complete}&lang=ja`);
  await visit.isFit('managed-device-ja');
  await visit.submit();
  await visit.submit({ username: 'alice', password });
  await visit.isFit('managed-device-confirm-ja');
});

test('openid-client signs a confidential client in, whose user has a browser without scripts', async () => {
  const made = await site(2);
  const { id, secret } = await application(made.userPoolId, { GenerateSecret: true });
  const config = await discovered(made.issuer, id, openid.ClientSecretBasic(secret));
  const { codes, tokens } = await begin(config);
  const visitor = new Visitor();
  await visitor.open(codes.verification_uri);
  await visitor.submit({ user_code: codes.user_code });
  await visitor.submit({ username: 'alice', password });
  await visitor.submit({ decision: 'allow' });
  assert.equal((await tokens).claims().sub, made.sub);
  await assert.rejects(openid.initiateDeviceAuthorization(await discovered(made.issuer, id, openid.ClientSecretBasic('wrong')), {}), { error: 'invalid_client', status: 401 });
  await assert.rejects(openid.initiateDeviceAuthorization(config, { scope: 'nobody/knows' }), { error: 'invalid_scope', status: 400 });
});

/** A pool that lets devices in, whose user is alice. */
async function site(version) {
  const made = await browser.site({ version, client: { ClientName: 'Living room TV' } });
  const { UserPool } = await userPools.send(new DescribeUserPoolCommand({ UserPoolId: made.userPoolId }));
  await userPools.send(new TagResourceCommand({ ResourceArn: UserPool.Arn, Tags: { 'postern:device-grant': 'true' } }));
  return { ...made, sub: await user(made.userPoolId, 'alice'), config: await discovered(made.issuer, made.clientId, openid.None()) };
}

const discovered = (issuer, id, how) => openid.discovery(new URL(issuer), id, undefined, how, { execute: [openid.allowInsecureRequests] });

/** A device gets its codes and begins to poll. */
async function begin(config) {
  const codes = await openid.initiateDeviceAuthorization(config, { scope: 'openid email' });
  assert.deepEqual([codes.expires_in, codes.interval], [600, 5]);
  return { codes, tokens: openid.pollDeviceAuthorizationGrant(config, codes) };
}

/** Goes to a button by Tab, and presses it. */
async function go(visit, selector) {
  for (let steps = 0; steps < 20; steps++) {
    await visit.page.keyboard.press('Tab');
    if (await visit.page.locator(selector).evaluate(wanted => wanted === document.activeElement)) {
      await Promise.all([visit.page.waitForEvent('load'), visit.page.keyboard.press('Enter')]);
      return;
    }
  }
  assert.fail(`Tab does not lead to ${selector}`);
}
