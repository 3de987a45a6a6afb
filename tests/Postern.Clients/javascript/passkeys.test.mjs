// Passkeys in a real browser with a virtual authenticator: a page on localhost, Amplify and the AWS SDK.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { CreateUserPoolDomainCommand, SetUserPoolMfaConfigCommand } from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'esbuild';
import { Chromium } from './browser/chromium.mjs';
import { client, endpoint, password, pool, region, user, userPools } from './postern.mjs';

let browser, pages, port;

before(async () => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('browser/application.mjs', import.meta.url))], bundle: true, format: 'iife', write: false, platform: 'browser', target: 'es2022',
  });
  pages = createServer((request, response) => {
    const isScript = request.url === '/application.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? bundle.outputFiles[0].contents : '<!doctype html><title>Passkeys</title><script src="/application.js"></script>');
  });
  await new Promise(resolve => pages.listen(0, resolve));
  port = pages.address().port;
  browser = await Chromium.start();
});

after(async () => {
  await browser?.stop();
  pages?.close();
  pages?.closeAllConnections();
});

/** A pool with passkeys for a relying party, and a page of an application that uses it. */
async function application({ relyingParty = 'localhost', verification, host = 'localhost', domain } = {}) {
  const userPoolId = await pool({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } });
  const userPoolClientId = await client(userPoolId, ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  await requires({ userPoolId, relyingParty }, verification);
  if (domain)
    await userPools.send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: domain }));
  await user(userPoolId, 'erin');
  const page = await browser.page(`http://${host}:${port}/`);
  await page.run(config => window.configure(config), { userPoolId, userPoolClientId, endpoint, region });
  return { userPoolId, userPoolClientId, relyingParty, page };
}

const requires = ({ userPoolId, relyingParty }, UserVerification) => userPools.send(new SetUserPoolMfaConfigCommand({
  UserPoolId: userPoolId, MfaConfiguration: 'OFF', WebAuthnConfiguration: { ...(relyingParty && { RelyingPartyId: relyingParty }), ...(UserVerification && { UserVerification }) } }));

/** A user who is signed in by password and makes a passkey with Amplify, then signs out. */
async function withPasskey(page) {
  await page.run(async password => {
    await window.auth.signIn({ username: 'erin', password });
    await window.auth.associateWebAuthnCredential();
    await window.auth.signOut();
  }, password);
}

/** Signs in by passkey with Amplify; the claims of the access token. */
const signIn = page => page.run(async () => {
  const answer = await window.auth.signIn({ username: 'erin', options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } });
  if (!answer.isSignedIn)
    throw new Error(JSON.stringify(answer));
  const { tokens } = await window.auth.fetchAuthSession();
  await window.auth.signOut();
  return tokens.accessToken.payload;
});

/** The same through the AWS SDK and the browser's own means, with options that the page changes. */
const signInPlainly = (page, userPoolClientId, changes = {}) => page.run(async (ClientId, changes) => {
  const { Session, ChallengeParameters } = await window.call('InitiateAuth', {
    ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'erin', PREFERRED_CHALLENGE: 'WEB_AUTHN' } });
  const credential = await window.use(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS, changes);
  const { AuthenticationResult } = await window.call('RespondToAuthChallenge', {
    ClientId, ChallengeName: 'WEB_AUTHN', Session, ChallengeResponses: { USERNAME: 'erin', CREDENTIAL: JSON.stringify(credential) } });
  return AuthenticationResult.AccessToken;
}, userPoolClientId, changes);

/** A passkey through the AWS SDK and the browser's own means. */
const registerPlainly = (page, userPoolClientId, changes = {}) => page.run(async (ClientId, PASSWORD, changes) => {
  const { AuthenticationResult: { AccessToken } } = await window.call('InitiateAuth', {
    ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'erin', PASSWORD } });
  const { CredentialCreationOptions } = await window.call('StartWebAuthnRegistration', { AccessToken });
  const Credential = await window.create(CredentialCreationOptions, changes);
  await window.call('CompleteWebAuthnRegistration', { AccessToken, Credential });
  return Credential;
}, userPoolClientId, password, changes);

test('a browser makes a passkey with Amplify, signs in by it again and again, and the passkey is listed and deleted', async () => {
  const { page } = await application();
  const device = await page.authenticator();
  await withPasskey(page);
  assert.equal((await signIn(page)).username, 'erin');
  assert.equal((await signIn(page)).username, 'erin');
  const [kept] = await device.credentials();
  assert.equal(kept.rpId, 'localhost');
  const listed = await page.run(async () => {
    await window.auth.signIn({ username: 'erin', options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } });
    const { credentials } = await window.auth.listWebAuthnCredentials();
    await window.auth.deleteWebAuthnCredential({ credentialId: credentials[0].credentialId });
    const left = await window.auth.listWebAuthnCredentials();
    await window.auth.signOut();
    return { credentials, left: left.credentials };
  });
  assert.equal(listed.credentials.length, 1);
  assert.equal(Buffer.from(listed.credentials[0].credentialId, 'base64url').toString('base64'), kept.credentialId);
  assert.deepEqual([listed.credentials[0].relyingPartyId, listed.credentials[0].authenticatorTransports], ['localhost', ['internal']]);
  assert.deepEqual(listed.left, []);
  await assert.rejects(signIn(page), /CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION/);
});

test('Amplify lets the user choose the passkey, and choose it again after the device refused', async () => {
  const { page } = await application({ verification: 'required' });
  const device = await page.authenticator();
  await withPasskey(page);
  const begun = await page.run(() => window.auth.signIn({ username: 'erin', options: { authFlowType: 'USER_AUTH' } }));
  assert.equal(begun.nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
  assert.deepEqual(begun.nextStep.availableChallenges, ['WEB_AUTHN', 'PASSWORD_SRP', 'PASSWORD']);
  await device.verifiesUser(false);
  await assert.rejects(page.run(() => window.auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' })), { name: /PasskeyAuthenticationCanceled|NotAllowedError/ });
  await device.verifiesUser(true);
  assert.equal((await page.run(() => window.auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' }))).isSignedIn, true);
});

test('a device makes no second passkey for the same user', async () => {
  const { page } = await application();
  await page.authenticator();
  await withPasskey(page);
  await assert.rejects(withPasskey(page), { name: 'PasskeyAlreadyExists' });
});

test('a page makes and uses passkeys of each algorithm with the AWS SDK and the browser alone', async () => {
  for (const alg of [-7, -257, -8]) {
    const { page, userPoolClientId } = await application();
    await page.authenticator();
    const credential = await registerPlainly(page, userPoolClientId, { pubKeyCredParams: [{ type: 'public-key', alg }] });
    assert.equal(credential.response.publicKeyAlgorithm, alg);
    assert.match(await signInPlainly(page, userPoolClientId), /^eyJ/);
  }
});

test('a page that asks for attestation hands over a packed one, and it is checked', async () => {
  const { page, userPoolClientId } = await application();
  await page.authenticator();
  const credential = await registerPlainly(page, userPoolClientId, { attestation: 'direct' });
  assert(Buffer.from(credential.response.attestationObject, 'base64url').includes('packed'));
  assert.match(await signInPlainly(page, userPoolClientId), /^eyJ/);
});

test('a device that verifies nobody is enough where the pool prefers verification, and not where it requires it', async () => {
  const { page, userPoolId, userPoolClientId, relyingParty } = await application();
  await page.authenticator({ hasUserVerification: false, isUserVerified: false });
  await withPasskey(page);
  assert.equal((await signIn(page)).username, 'erin');
  await requires({ userPoolId, relyingParty }, 'required');
  // The browser holds to the options; a page that changes them is told by the server.
  await assert.rejects(signInPlainly(page, userPoolClientId), { name: 'NotAllowedError' });
  await assert.rejects(signInPlainly(page, userPoolClientId, { userVerification: 'discouraged' }), { name: 'NotAuthorizedException' });
  await assert.rejects(registerPlainly(page, userPoolClientId), { name: 'NotAllowedError' });
});

test('a device that verifies its user signs in where the pool requires it, and only while it does', async () => {
  const { page, userPoolClientId } = await application({ verification: 'required' });
  const device = await page.authenticator();
  await withPasskey(page);
  assert.equal((await signIn(page)).username, 'erin');
  await device.verifiesUser(false);
  await assert.rejects(signInPlainly(page, userPoolClientId), { name: 'NotAllowedError' });
  await assert.rejects(signInPlainly(page, userPoolClientId, { userVerification: 'discouraged' }), { name: 'NotAuthorizedException' });
});

test('a copied passkey whose counter falls behind is refused', async () => {
  const { page } = await application();
  const device = await page.authenticator();
  await withPasskey(page);
  const [copy] = await device.credentials();
  await signIn(page);
  const [used] = await device.credentials();
  assert(used.signCount > copy.signCount, 'the device counts');
  await device.remove(copy.credentialId);
  await device.add(copy);
  await assert.rejects(signIn(page), { name: 'NotAuthorizedException', message: 'Incorrect username or password.' });
  await device.remove(copy.credentialId);
  await device.add(used);
  await signIn(page);
});

test('without a configured relying party the pool\'s domain is it, and its pages on this machine may use it without TLS', async () => {
  const domain = `pages-${Date.now()}`;
  const { page, userPoolClientId } = await application({ relyingParty: null, domain, host: `${domain}.auth.localhost` });
  const device = await page.authenticator();
  await registerPlainly(page, userPoolClientId);
  const [kept] = await device.credentials();
  assert.equal(kept.rpId, `${domain}.auth.localhost`);
  assert.match(await signInPlainly(page, userPoolClientId), /^eyJ/);
});
