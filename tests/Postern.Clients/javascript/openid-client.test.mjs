// openid-client, a certified relying party: it finds the endpoints by the issuer alone and checks every answer strictly.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { AdminUserGlobalSignOutCommand, CreateResourceServerCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { user, userPools } from './postern.mjs';
import { application, callback, domain, pageOf, scopes, signedOut } from './domains.mjs';
import { Visitor } from './visitor.mjs';

const openid = await import('openid-client'); // it wants the crypto that postern.mjs puts in its place on Node.js 18

let shared, sub, client, open;

before(async () => {
  shared = await domain();
  sub = await user(shared.userPoolId, 'alice', { attributes: { name: 'Alice', phone_number: '+15555550100' } });
  client = await application(shared.userPoolId, { GenerateSecret: true });
  open = await application(shared.userPoolId);
});

/** What openid-client knows of a client, by discovery; a public client proves itself by PKCE alone. */
const discovered = ({ id, secret }, how = secret ? openid.ClientSecretBasic(secret) : openid.None(), { issuer } = shared) =>
  openid.discovery(new URL(issuer), id, undefined, how, { execute: [openid.allowInsecureRequests] });

/** A request for a code, and what its answer must fit. */
async function request(config, scope = 'openid email', more = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope, state: expectedState, nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...more,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

/** Signs in on the page and takes the tokens. */
async function signIn(config, scope, { visitor = new Visitor(), username = 'alice' } = {}) {
  const { url, checks } = await request(config, scope);
  await visitor.signIn(url, username);
  return openid.authorizationCodeGrant(config, visitor.url, { ...checks, idTokenExpected: true });
}

// Cognito's WWW-Authenticate names no scheme, so openid-client reads no more from it than the status.
const unauthorized = ({ cause }) => cause.status === 401;

test('the issuer alone tells openid-client where the endpoints are, at the domain of the pool', async () => {
  const server = (await discovered(client)).serverMetadata();
  assert.equal(server.issuer, shared.issuer);
  for (const [member, path] of Object.entries({
    authorization_endpoint: '/oauth2/authorize', token_endpoint: '/oauth2/token', userinfo_endpoint: '/oauth2/userInfo',
    revocation_endpoint: '/oauth2/revoke', end_session_endpoint: '/logout' }))
    assert.equal(server[member], shared.base + path);
});

for (const [kind, of, how] of [
  ['a public client', () => open, () => openid.None()],
  ['a confidential client, by Basic', () => client, ({ secret }) => openid.ClientSecretBasic(secret)],
  ['a confidential client, by the form', () => client, ({ secret }) => openid.ClientSecretPost(secret)],
])
  test(`openid-client signs in with PKCE, state and nonce for ${kind}`, async () => {
    const tokens = await signIn(await discovered(of(), how(of())));
    assert.equal(tokens.token_type, 'bearer');
    assert.equal(tokens.expires_in, 3600);
    const claims = tokens.claims();
    assert.deepEqual([claims.sub, claims.aud, claims.email, claims.email_verified], [sub, of().id, 'alice@example.com', true]);
    assert.equal(claims.name, undefined, 'the scope profile was not asked for');
  });

test('openid-client reads the profile of each scope, whose subject it compares', async () => {
  const config = await discovered(client);
  const email = await openid.fetchUserInfo(config, (await signIn(config, 'openid email')).access_token, sub);
  assert.deepEqual(email, { sub, email: 'alice@example.com', email_verified: 'true', username: 'alice' });
  const profile = await openid.fetchUserInfo(config, (await signIn(config, 'openid profile')).access_token, sub);
  assert.deepEqual([profile.name, profile.email], ['Alice', undefined]);
  const all = await openid.fetchUserInfo(config, (await signIn(config, scopes.join(' '))).access_token, sub);
  assert.deepEqual([all.name, all.email, all.phone_number], ['Alice', 'alice@example.com', '+15555550100']);
});

test('in a pool that follows OpenID strictly openid-client finds claims of their types, reads why it is refused, and may post its requests', async () => {
  const strict = await domain({ settings: { UserPoolTags: { 'postern:strict-openid': 'true' } } });
  const alice = await user(strict.userPoolId, 'alice', { attributes: { address: '1 Main Street', updated_at: '1700000000' } });
  const config = await discovered(await application(strict.userPoolId, { GenerateSecret: true }), undefined, strict);
  const { claims_supported, grant_types_supported, request_parameter_supported } = config.serverMetadata();
  assert(claims_supported.includes('email_verified') && grant_types_supported.includes('refresh_token'));
  assert.equal(request_parameter_supported, false);

  const tokens = await signIn(config, 'openid');
  const { email_verified, address, updated_at } = await openid.fetchUserInfo(config, tokens.access_token, alice);
  assert.deepEqual([email_verified, address, updated_at], [true, { formatted: '1 Main Street' }, 1700000000]);
  await assert.rejects(openid.fetchUserInfo(config, `${tokens.access_token}x`, alice), { name: 'WWWAuthenticateChallengeError', status: 401 });

  const { url, checks } = await request(config);
  const posted = await fetch(url.origin + url.pathname, { method: 'POST', body: url.searchParams, redirect: 'manual' });
  assert.equal(posted.status, 303);
  const visitor = new Visitor();
  await visitor.signIn(posted.headers.get('location'), 'alice');
  assert.equal((await openid.authorizationCodeGrant(config, visitor.url, checks)).claims().sub, alice);
});

test('openid-client is told why userInfo refuses: no openid scope, a changed token, a user who signed out everywhere', async () => {
  const config = await discovered(client);
  const { url, checks } = await request(config, 'aws.cognito.signin.user.admin');
  const visitor = new Visitor();
  await visitor.signIn(url, 'alice');
  const admin = await openid.authorizationCodeGrant(config, visitor.url, { ...checks, expectedNonce: undefined });
  assert.equal(admin.id_token, undefined);
  await assert.rejects(openid.fetchUserInfo(config, admin.access_token, sub), unauthorized);
  await assert.rejects(openid.fetchUserInfo(config, `${admin.access_token}x`, sub), unauthorized);
  await user(shared.userPoolId, 'leaver');
  const left = await signIn(config, 'openid', { username: 'leaver' });
  await userPools.send(new AdminUserGlobalSignOutCommand({ UserPoolId: shared.userPoolId, Username: 'leaver' }));
  await assert.rejects(openid.fetchUserInfo(config, left.access_token, left.claims().sub), unauthorized);
});

test('openid-client refreshes, keeps the refresh token that it has, and nothing is left of it after revocation', async () => {
  for (const config of [await discovered(client), await discovered(open)]) {
    const first = await signIn(config);
    const second = await openid.refreshTokenGrant(config, first.refresh_token);
    assert.equal(second.refresh_token, undefined, 'without rotation');
    assert.deepEqual([second.claims().sub, second.claims().email, second.scope], [sub, 'alice@example.com', undefined]);
    assert.notEqual(second.access_token, first.access_token);
    await openid.tokenRevocation(config, first.refresh_token);
    await assert.rejects(openid.refreshTokenGrant(config, first.refresh_token), { name: 'ResponseBodyError', error: 'invalid_grant', status: 400 });
    await assert.rejects(openid.fetchUserInfo(config, second.access_token, sub), unauthorized);
    await openid.tokenRevocation(config, first.refresh_token);
    await openid.tokenRevocation(config, 'never was a token');
    await assert.rejects(openid.tokenRevocation(config, (await signIn(config)).access_token), { error: 'unsupported_token_type' });
  }
});

test('openid-client rotates refresh tokens where the client does', async () => {
  const rotating = await application(shared.userPoolId, { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 } });
  const config = await discovered(rotating);
  const first = await signIn(config);
  const second = await openid.refreshTokenGrant(config, first.refresh_token);
  assert(second.refresh_token && second.refresh_token !== first.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, first.refresh_token), { error: 'invalid_grant' });
  assert.equal((await openid.refreshTokenGrant(config, second.refresh_token)).claims().sub, sub);
});

test('openid-client gets tokens for a machine: all scopes of its client, or those it asks for', async () => {
  const identifier = 'https://api.example';
  await userPools.send(new CreateResourceServerCommand({
    UserPoolId: shared.userPoolId, Identifier: identifier, Name: 'api',
    Scopes: ['read', 'write'].map(ScopeName => ({ ScopeName, ScopeDescription: ScopeName })) }));
  const machine = await application(shared.userPoolId, {
    GenerateSecret: true, AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [`${identifier}/read`, `${identifier}/write`] });
  for (const how of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
    const config = await discovered(machine, how(machine.secret));
    const all = await openid.clientCredentialsGrant(config);
    assert.deepEqual([all.id_token, all.refresh_token, all.expires_in], [undefined, undefined, 3600]);
    const { payload } = await jwtVerify(all.access_token, createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri)), { issuer: shared.issuer });
    assert.deepEqual(payload.scope.split(' ').sort(), [`${identifier}/read`, `${identifier}/write`]);
    assert.deepEqual([payload.sub, payload.client_id, payload.token_use, payload.version], [machine.id, machine.id, 'access', 2]);
    const one = await openid.clientCredentialsGrant(config, { scope: `${identifier}/read` });
    assert.equal(JSON.parse(Buffer.from(one.access_token.split('.')[1], 'base64url')).scope, `${identifier}/read`);
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'nobody/knows' }), { error: 'invalid_scope' });
  }
  await assert.rejects(openid.clientCredentialsGrant(await discovered(machine, openid.ClientSecretBasic('wrong'))), { error: 'invalid_client', status: 400 });
  await assert.rejects(openid.clientCredentialsGrant(await discovered(client)), { error: 'unauthorized_client' });
});

test('a browser that signed in is not asked again, until openid-client sends it to end the session', async () => {
  const config = await discovered(client);
  const visitor = new Visitor();
  await signIn(config, 'openid', { visitor });
  const silent = async () => {
    const { url, checks } = await request(config, 'openid', { prompt: 'none' });
    await visitor.open(url);
    return openid.authorizationCodeGrant(config, visitor.url, checks);
  };
  assert.equal((await silent()).claims().sub, sub);
  const { url, checks } = await request(config, 'openid', { prompt: 'login' });
  await visitor.signIn(url, 'alice');
  assert.equal((await openid.authorizationCodeGrant(config, visitor.url, checks)).claims().sub, sub);
  await visitor.open(openid.buildEndSessionUrl(config, { logout_uri: signedOut }));
  assert.equal(visitor.url.href, signedOut);
  await assert.rejects(silent(), { name: 'AuthorizationResponseError', error: 'login_required' });
});

test('an application that sends its user to sign out may ask for the sign-in page instead', async () => {
  const config = await discovered(client);
  const visitor = new Visitor();
  await signIn(config, 'openid', { visitor });
  await visitor.open(openid.buildEndSessionUrl(config, { redirect_uri: callback, response_type: 'code', scope: 'openid', state: 'again' }));
  assert.equal(visitor.url.pathname, '/login');
  await visitor.submit({ username: 'alice', password: 'Passw0rd!2024' });
  assert.equal(visitor.given.state, 'again');
});

test('tokens of the implicit flow come in the fragment, hold the nonce and verify', async () => {
  const nonce = randomBytes(16).toString('hex');
  const visitor = new Visitor();
  const given = await visitor.signIn(pageOf(shared.base, open.id, '/oauth2/authorize', { response_type: 'token', scope: 'openid profile', nonce, state: 'a+b%20c=' }), 'alice');
  assert.equal(visitor.url.search, '');
  assert.deepEqual([given.token_type, given.expires_in, given.refresh_token, given.state], ['Bearer', '3600', undefined, 'a+b%20c=']);
  const keys = createRemoteJWKSet(new URL((await discovered(open)).serverMetadata().jwks_uri));
  const { payload } = await jwtVerify(given.id_token, keys, { issuer: shared.issuer, audience: open.id });
  assert.deepEqual([payload.nonce, payload.sub, payload.name, payload.email], [nonce, sub, 'Alice', undefined]);
  await jwtVerify(given.access_token, keys, { issuer: shared.issuer });
  const config = await discovered(open);
  assert.equal((await openid.fetchUserInfo(config, given.access_token, sub)).name, 'Alice');
});

test('openid-client says what is wrong with a request, from the callback', async () => {
  const config = await discovered(client);
  const codeOnly = await discovered(await application(shared.userPoolId, { AllowedOAuthFlows: ['implicit'] }));
  for (const [of, more, error, error_description] of [
    [config, { scope: 'openid nobody/knows' }, 'invalid_request', 'invalid_scope'],
    [config, { code_challenge_method: 'plain' }, 'invalid_request'],
    [config, { prompt: 'none' }, 'login_required'],
    [codeOnly, {}, 'unauthorized_client'],
  ]) {
    const { url, checks } = await request(of, 'openid', more);
    const visitor = new Visitor();
    await visitor.open(url);
    await assert.rejects(openid.authorizationCodeGrant(of, visitor.url, checks), failure => {
      assert.deepEqual([failure.name, failure.error], ['AuthorizationResponseError', error]);
      if (error_description)
        assert.equal(failure.error_description, error_description);
      return true;
    });
  }
});

test('a request that names an unknown callback ends at the domain itself', async () => {
  const { url } = await request(await discovered(client), 'openid', { redirect_uri: `${callback}/` });
  const visitor = new Visitor();
  await visitor.open(url);
  assert.equal(visitor.url.origin, shared.base);
  assert.match(visitor.html, /redirect_mismatch/);
});

test('openid-client says why a code is refused', async () => {
  const config = await discovered(client);
  const answer = async () => {
    const { url, checks } = await request(config);
    const visitor = new Visitor();
    await visitor.signIn(url, 'alice');
    return { url: visitor.url, checks };
  };
  const refused = (error, status = 400) => ({ name: 'ResponseBodyError', error, status });

  const once = await answer();
  const tokens = await openid.authorizationCodeGrant(config, once.url, once.checks);
  await assert.rejects(openid.authorizationCodeGrant(config, once.url, once.checks), refused('invalid_grant'));
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), refused('invalid_grant'), 'what a code gave that is used twice is revoked');

  const unproved = await answer();
  await assert.rejects(
    openid.authorizationCodeGrant(config, unproved.url, { ...unproved.checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() }), refused('invalid_grant'));
  const { url, checks } = await answer();
  await assert.rejects(openid.authorizationCodeGrant(await discovered(open), url, checks), refused('invalid_grant'));
  await assert.rejects(openid.authorizationCodeGrant(await discovered(client, openid.ClientSecretPost('wrong')), url, checks), refused('invalid_client'));
  await assert.rejects(openid.authorizationCodeGrant(await discovered({ id: 'unknown' }), url, checks), refused('invalid_client'));
  const elsewhere = new URL(url);
  elsewhere.pathname = '/other';
  await assert.rejects(openid.authorizationCodeGrant(config, elsewhere, checks), refused('unauthorized_client'));
});
