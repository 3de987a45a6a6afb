// Second factors, new passwords and the choice of a first factor on the pages, in Debian's chromium.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { AdminSetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { Browser } from './browser/visits.mjs';
import { code, mfa, otherPassword, password, totp, user, userPools } from './postern.mjs';

let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

const everyFactor = {
  MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true }, EmailMfaConfiguration: {},
  SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
};
// Whoever recovers by mail has no second factor by mail: these pools recover by SMS alone, or not at all.
const settings = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } };
const choice = ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
let numbers = Date.now() % 1_000_000;
const phone = () => `+1555${String(numbers++).padStart(7, '0')}`;

for (const version of [1, 2]) {
  const pages = version === 1 ? 'classic' : 'managed';

  test(`${pages} pages: a temporary password is replaced on the way, and the rules say which is enough`, async () => {
    const site = await browser.site({ version });
    await user(site.userPoolId, 'dora', { temporary: 'Temp0rary!' });
    const visit = await signingIn(site, 'dora', { password: 'Temp0rary!' });
    await visit.isFit(`${pages}-new-password`);
    await visit.submit({ new_password: otherPassword, confirm_password: password });
    assert.equal(await visit.problem(), 'Passwords do not match');
    await visit.submit({ new_password: 'weak', confirm_password: 'weak' });
    assert.match(await visit.problem(), /^Password did(?: not|n't) conform/i);
    if (version === 2)
      await visit.isFit(`${pages}-new-password-refused`);
    await visit.submit({ new_password: otherPassword, confirm_password: otherPassword });
    assert((await visit.given()).code);
  });

  test(`${pages} pages: a user sets up an authenticator app with the secret that is shown, and uses it from then on`, async () => {
    const site = await browser.site({ version });
    await mfa(site.userPoolId, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    await user(site.userPoolId, 'dora');
    const visit = await signingIn(site, 'dora');
    await visit.isFit(`${pages}-app-set-up`);
    if (version === 2)
      await visit.hasNoEdge();
    const secret = (await visit.page.locator('#totpSecret').innerText()).replaceAll(/\s/g, '');
    assert.match(secret, /^[A-Z2-7]{32,}$/);
    await visit.submit({ code: '000000' });
    await visit.page.getByRole('alert').first().waitFor();
    if (version === 2)
      await visit.isFit(`${pages}-app-set-up-refused`);
    assert.equal((await visit.page.locator('#totpSecret').innerText()).replaceAll(/\s/g, ''), secret);
    await visit.submit({ code: totp(secret, -1) });
    assert((await visit.given()).code);

    const again = await signingIn(site, 'dora');
    await again.isFit(`${pages}-app-code`);
    await again.submit({ code: '000000' });
    assert.equal(await again.problem(), 'Invalid code received for user');
    await again.submit({ code: totp(secret) });
    assert((await again.given()).code);
  });

  for (const [factor, setting, to] of [['email', 'EmailMfaSettings', site => `${site.name}@example.com`], ['sms', 'SMSMfaSettings', phone]])
    test(`${pages} pages: a code by ${factor} is the second factor, and is sent again on demand`, async () => {
      const site = await browser.site({ version, settings });
      await mfa(site.userPoolId, everyFactor);
      const destination = to(site);
      const attribute = factor === 'email' ? { email: destination } : { phone_number: destination, phone_number_verified: 'true' };
      await user(site.userPoolId, 'dora', { attributes: attribute });
      await prefers(site, { [setting]: { Enabled: true, PreferredMfa: true } });
      const visit = await signingIn(site, 'dora');
      await visit.isFit(`${pages}-${factor}-code`);
      await code(destination);
      await visit.submit({}, '[value=resend]');
      await visit.page.getByRole('status').first().waitFor();
      if (version === 2)
        await visit.isFit(`${pages}-${factor}-code-again`);
      const second = await code(destination);
      await visit.submit({ code: second === '000000' ? '111111' : '000000' });
      await visit.page.getByRole('alert').first().waitFor();
      if (version === 2)
        await visit.isFit(`${pages}-${factor}-code-refused`);
      await visit.submit({ code: second });
      assert((await visit.given()).code);
    });

  test(`${pages} pages: a user with several second factors chooses one`, async () => {
    const site = await browser.site({ version, settings });
    await mfa(site.userPoolId, everyFactor);
    const [address, number] = [`${site.name}@example.com`, phone()];
    await user(site.userPoolId, 'dora', { attributes: { email: address, phone_number: number, phone_number_verified: 'true' } });
    await prefers(site, { EmailMfaSettings: { Enabled: true }, SMSMfaSettings: { Enabled: true } });
    const visit = await signingIn(site, 'dora');
    await visit.isFit(`${pages}-factors`);
    await visit.page.getByRole('radio', { name: /SMS/ }).check();
    await visit.submit();
    await visit.submit({ code: await code(number) });
    assert((await visit.given()).code);
  });

  test(`${pages} pages: a browser without scripts replaces a password and enters a code`, async () => {
    const site = await browser.site({ version });
    await mfa(site.userPoolId, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    await user(site.userPoolId, 'dora', { temporary: 'Temp0rary!' });
    const visit = await signingIn(site, 'dora', { password: 'Temp0rary!', javaScript: false });
    await visit.submit({ new_password: otherPassword, confirm_password: otherPassword });
    const secret = (await visit.page.locator('#totpSecret').innerText()).replaceAll(/\s/g, '');
    await visit.submit({ code: totp(secret) });
    assert((await visit.given()).code);
  });
}

test('a user who must have a second factor chooses what to set up, and where codes go', async () => {
  const site = await browser.site({ settings });
  await mfa(site.userPoolId, everyFactor);
  await user(site.userPoolId, 'dora', { attributes: { email: null, email_verified: null } });
  const visit = await signingIn(site, 'dora');
  await visit.isFit('managed-set-up');
  await visit.page.getByRole('radio', { name: /SMS/ }).check();
  await visit.submit();
  await visit.isFit('managed-sms-set-up');
  await visit.submit({}, '[value=back]');
  await visit.page.getByRole('radio', { name: /Email/ }).check();
  await visit.submit();
  await visit.isFit('managed-email-set-up');
  const destination = `other-${site.name}@example.com`;
  await visit.submit({ address: destination });
  await visit.submit({ code: await code(destination) });
  assert((await visit.given()).code);
});

test('managed login asks the name first where the client lets users choose, and each way leads to the application', async () => {
  const { site, address, number } = await withChoice();
  const visit = await browser.visit();
  const ways = [
    [/^Password/, () => visit.submit({ password })],
    [/email/i, async () => visit.submit({ code: await code(address, 8) })],
    [/SMS/i, async () => visit.submit({ code: await code(number) })],
  ];
  await visit.open(site.at());
  await visit.isFit('managed-name');
  await visit.submit({ username: 'dora' });
  await visit.isFit('managed-choice');
  for (const [name, prove] of ways) {
    await visit.open(site.at('/oauth2/authorize', { prompt: 'login' }));
    await visit.submit({ username: 'dora' });
    await visit.page.getByRole('radio', { name }).check();
    await visit.submit();
    await visit.isFit(`managed-choice-${String(name).replaceAll(/\W|i$/g, '').toLowerCase()}`);
    await prove();
    assert((await visit.given()).code);
  }
});

test('a user adds a passkey from the application\'s link, and signs in with it, or another way where the device refuses', async () => {
  const { site } = await withChoice();
  const visit = await browser.visit();
  const device = await visit.authenticator();
  await visit.open(site.at('/passkeys/add'));
  await visit.submit({ username: 'dora' });
  await visit.page.getByRole('radio', { name: /^Password/ }).check();
  await visit.submit();
  await visit.submit({ password });
  await visit.page.waitForURL('**/passkeys/add?*');
  await visit.submit({}, '[data-passkey] [type=submit]');
  assert((await visit.given()).code);
  assert.equal((await device.credentials()).length, 1);

  const byPasskey = async () => {
    await visit.open(site.at('/oauth2/authorize', { prompt: 'login' }));
    await visit.submit({ username: 'dora' });
    await visit.page.getByRole('radio', { name: /Passkey/ }).check();
  };
  await byPasskey();
  await visit.press('main form [type=submit]');
  assert((await visit.given()).code);

  await device.verifiesUser(false);
  await byPasskey();
  await visit.submit();
  await visit.page.getByRole('alert').locator('visible=true').waitFor();
  await visit.isFit('managed-passkey-refused');
  await device.verifiesUser(true);
  await visit.press('[data-passkey] [type=submit]');
  assert((await visit.given()).code);
});

/** The page after the name and the password. */
async function signingIn(site, username, { password: secret = password, ...more } = {}) {
  const visit = await browser.visit(more);
  await visit.open(site.at());
  await visit.submit({ username, password: secret });
  return visit;
}

const prefers = ({ userPoolId }, settings) =>
  userPools.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId: userPoolId, Username: 'dora', ...settings }));

/** A pool whose users choose how they begin. */
async function withChoice() {
  const site = await browser.site({
    settings: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] } } },
    client: { ExplicitAuthFlows: choice } });
  await mfa(site.userPoolId, { MfaConfiguration: 'OFF', WebAuthnConfiguration: { UserVerification: 'required' } });
  const [address, number] = [`${site.name}@example.com`, phone()];
  await user(site.userPoolId, 'dora', { attributes: { email: address, phone_number: number, phone_number_verified: 'true' } });
  return { site, address, number };
}
