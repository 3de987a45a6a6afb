// Accounts on the pages in Debian's chromium: sign-up and confirmation, forgotten passwords, passkeys after a sign-up.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { Browser } from './browser/visits.mjs';
import { code, inbox, otherPassword, password, user, userPools } from './postern.mjs';

let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

const withEmail = { Schema: [{ Name: 'email', Required: true }, { Name: 'given_name', Required: true }] };
const email = 'requiredAttributes[email]', givenName = 'requiredAttributes[given_name]';
const path = visit => new URL(visit.page.url()).pathname;
const address = site => `${site.name}@example.com`;
const choice = ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];

for (const version of [1, 2]) {
  const pages = version === 1 ? 'classic' : 'managed';

  test(`${pages} pages: who has no account signs up, confirms with the code of the mail, and is signed in`, async () => {
    const site = await browser.site({ version, settings: withEmail });
    const visit = await browser.visit();
    await visit.open(site.at());
    await visit.page.locator('a[href*="/signup"]:visible').click();
    assert.equal(path(visit), '/signup');
    await visit.isFit(`${pages}-sign-up`);
    const account = { username: 'bob', [email]: address(site), [givenName]: 'Bob' };
    await visit.submit({ ...account, password: 'password' });
    assert.match(await visit.problem(), /^Password did not conform with policy/);
    await visit.isFit(`${pages}-sign-up-refused`);
    await visit.submit({ password });
    await visit.page.waitForURL('**/confirm?*');
    await visit.isFit(`${pages}-confirm`);
    await visit.submit({ code: '000000' });
    assert.equal(await visit.problem(), 'Invalid verification code provided, please try again.');
    await visit.page.locator('#resendCode').click();
    await visit.page.getByRole('status').first().waitFor();
    if (version === 2)
      await visit.isFit(`${pages}-confirm-again`);
    assert.equal((await inbox(address(site))).length, 2);
    await visit.submit({ code: await code(address(site)) });
    assert((await visit.given()).code);
    const made = await userPools.send(new AdminGetUserCommand({ UserPoolId: site.userPoolId, Username: 'bob' }));
    assert.equal(made.UserStatus, 'CONFIRMED');
    await visit.open(site.at('/signup'));
    await visit.submit({ ...account, password });
    assert.equal(await visit.problem(), 'User already exists');
  });

  test(`${pages} pages: who forgot the password gets a code by mail, sets another and signs in with it`, async () => {
    const site = await browser.site({ version });
    await user(site.userPoolId, 'carol', { attributes: { email: address(site) } });
    const visit = await browser.visit();
    await visit.open(site.at());
    await visit.page.locator('a[href*="/forgotPassword"]:visible').click();
    await visit.isFit(`${pages}-forgot`);
    await visit.submit({ username: 'carol' });
    await visit.page.waitForURL('**/confirmforgotPassword?*');
    await visit.isFit(`${pages}-reset`);
    const sent = await code(address(site));
    await visit.submit({ code: sent, new_password: otherPassword, confirm_password: password });
    assert.equal(await visit.problem(), 'Passwords do not match');
    await visit.submit({ code: '000000', new_password: otherPassword, confirm_password: otherPassword });
    assert.equal(await visit.problem(), 'Invalid verification code provided, please try again.');
    if (version === 2)
      await visit.isFit(`${pages}-reset-refused`);
    await visit.submit({ code: sent, new_password: otherPassword, confirm_password: otherPassword });
    await visit.page.waitForURL('**/login?*');
    await visit.page.getByRole('status').first().waitFor();
    await visit.isFit(`${pages}-sign-in-after-reset`);
    await visit.submit({ username: 'carol', password });
    assert.equal(await visit.problem(), 'Incorrect username or password.');
    await visit.submit({ username: 'carol', password: otherPassword });
    assert((await visit.given()).code);
  });

  test(`${pages} pages: a browser without scripts signs up, confirms and resets a password`, async () => {
    const site = await browser.site({ version, settings: withEmail });
    const visit = await browser.visit({ javaScript: false });
    await visit.open(site.at('/signup'));
    await visit.submit({ username: 'bob', [email]: address(site), [givenName]: 'Bob', password });
    await visit.submit({ code: await code(address(site)) });
    assert((await visit.given()).code);
    await visit.open(site.at('/forgotPassword'));
    await visit.submit({ username: 'bob' });
    await visit.submit({ code: await code(address(site)), new_password: otherPassword, confirm_password: otherPassword });
    assert.equal(path(visit), '/login');
    await visit.submit({ username: 'bob', password: otherPassword });
    assert((await visit.given()).code);
  });

  test(`${pages} pages: the link of a confirmation mail confirms in another browser`, async () => {
    const site = await browser.site({ version, settings: { ...withEmail, VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } });
    const visit = await browser.visit();
    await visit.open(site.at('/signup'));
    await visit.submit({ username: 'bob', [email]: address(site), [givenName]: 'Bob', password });
    await visit.page.waitForURL('**/confirm?*');
    assert.match(await visit.page.locator('main').innerText(), /We have sent a link by email[^]*Didn't receive a link\?/);
    await visit.isFit(`${pages}-confirm-by-link`);
    const [{ html, body, text }] = await inbox(address(site));
    const [, link] = /href="?'?([^"' >]+confirmUser[^"' >]*)/i.exec(html ?? body ?? text);
    const other = await browser.visit();
    await other.open(link.replaceAll('&amp;', '&'));
    assert.match(await other.page.getByRole('status').innerText(), /Your registration has been confirmed!/);
    await other.isFit(`${pages}-confirmed`);
    await visit.open(site.at());
    await visit.submit({ username: 'bob', password });
    assert((await visit.given()).code);
  });
}

test('who signed up is offered a passkey, makes one, and the device keeps it for the domain', async () => {
  const { site, visit, device } = await signedUp();
  await visit.isFit('managed-passkey-add');
  const sent = [];
  visit.page.on('request', request => request.method() === 'POST' && sent.push(request.url()));
  await visit.submit();
  assert((await visit.given()).code);
  assert.equal(sent.length, 1);
  const [kept] = await device.credentials();
  assert.equal(kept.rpId, site.host.split(':')[0]);
});

test('who signed up is offered a passkey, and goes on without one', async () => {
  const { visit } = await signedUp();
  await visit.submit({}, '[name=skip]');
  assert((await visit.given()).code);
});

test('who signed up is told that no passkey was made where the device refuses, and goes on', async () => {
  const { visit, device } = await signedUp();
  await device.verifiesUser(false);
  await visit.press('[data-passkey] [type=submit]');
  await visit.page.getByRole('alert').filter({ visible: true }).waitFor();
  await visit.isFit('managed-passkey-add-refused');
  await visit.submit({}, '[name=skip]');
  assert((await visit.given()).code);
});

/** A user of a pool with passkeys, just signed up, whose browser has a device for them. */
async function signedUp() {
  const site = await browser.site({
    settings: { ...withEmail, Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } }, client: { ExplicitAuthFlows: choice } });
  const visit = await browser.visit();
  const device = await visit.authenticator();
  await visit.open(site.at('/signup'));
  await visit.submit({ username: 'bob', [email]: address(site), [givenName]: 'Bob', password });
  await visit.page.waitForURL('**/confirm?*');
  await visit.submit({ code: await code(address(site)) });
  await visit.page.waitForURL('**/passkeys/add?*');
  return { site, visit, device };
}
