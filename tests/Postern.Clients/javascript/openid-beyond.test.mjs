// openid-client and what goes beyond Cognito: pushed requests (RFC 9126), keys of clients (private_key_jwt) and introspection (RFC 7662).
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { AdminUserGlobalSignOutCommand, CreateResourceServerCommand, DescribeUserPoolCommand, TagResourceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { exportJWK, generateKeyPair } from 'jose';
import { user, userPools } from './postern.mjs';
import { application, callback, domain } from './domains.mjs';
import { Visitor } from './visitor.mjs';

const openid = await import('openid-client'); // it wants the crypto that postern.mjs puts in its place on Node.js 18

const identifier = 'https://api.example';
let shared, sub, client, open, keys, served;

const tag = async tags => {
  const { UserPool } = await userPools.send(new DescribeUserPoolCommand({ UserPoolId: shared.userPoolId }));
  await userPools.send(new TagResourceCommand({ ResourceArn: UserPool.Arn, Tags: tags }));
};

before(async () => {
  shared = await domain();
  sub = await user(shared.userPoolId, 'alice');
  client = await application(shared.userPoolId, { GenerateSecret: true });
  open = await application(shared.userPoolId);
  await userPools.send(new CreateResourceServerCommand({
    UserPoolId: shared.userPoolId, Identifier: identifier, Name: 'api', Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }] }));
  served = createServer((_, answer) => answer.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
  await tag({ 'postern:pushed-requests': 'true', 'postern:introspection': 'true', 'postern:private-key-jwt': 'true' });
});

after(() => served.close());

const discovered = ({ id, secret }, how = secret ? openid.ClientSecretBasic(secret) : openid.None()) =>
  openid.discovery(new URL(shared.issuer), id, undefined, how, { execute: [openid.allowInsecureRequests] });

/** Pushes a request, signs in where it leads, and takes the tokens. */
async function signIn(config, scope = 'openid email') {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const url = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: callback, scope, state: expectedState, nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
  });
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const visitor = new Visitor();
  await visitor.signIn(url, 'alice');
  return openid.authorizationCodeGrant(config, visitor.url, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
}

/** A client that proves itself by a key, which it publishes. */
async function keyed(algorithm, settings = {}) {
  const of = await application(shared.userPoolId, { GenerateSecret: true, ...settings });
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  keys = [{ ...await exportJWK(publicKey), kid: of.id, use: 'sig' }];
  await tag({ [`postern:client-keys:${of.id}`]: `http://127.0.0.1:${served.address().port}/${of.id}` });
  return { of, config: await discovered(of, openid.PrivateKeyJwt({ key: privateKey, kid: of.id })) };
}

for (const kind of ['public', 'confidential'])
  test(`openid-client pushes the request of a ${kind} client and signs in by its reference`, async () => {
    const tokens = await signIn(await discovered(kind === 'public' ? open : client));
    assert.deepEqual([tokens.claims().sub, tokens.claims().email], [sub, 'alice@example.com']);
  });

test('openid-client is told at once what is wrong with a request that it pushes', async () => {
  const config = await discovered(client);
  for (const [more, error, error_description] of [
    [{ redirect_uri: `${callback}/` }, 'invalid_request', 'redirect_mismatch'], [{ scope: 'nobody/knows' }, 'invalid_request', 'invalid_scope']])
    await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, { redirect_uri: callback, scope: 'openid', ...more }), { error, error_description, status: 400 });
  await assert.rejects(openid.buildAuthorizationUrlWithPAR(await discovered(client, openid.ClientSecretPost('wrong')), { redirect_uri: callback }), { error: 'invalid_client', status: 401 });
});

test('openid-client asks about tokens, which are good until their user signs out', async () => {
  const config = await discovered(client);
  const tokens = await signIn(config);
  const told = await openid.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual(
    [told.active, told.sub, told.username, told.client_id, told.scope, told.token_type, told.iss],
    [true, sub, 'alice', client.id, 'openid email', 'Bearer', shared.issuer]);
  assert.equal((await openid.tokenIntrospection(config, tokens.refresh_token, { token_type_hint: 'refresh_token' })).active, true);
  for (const none of [tokens.id_token, 'x', `${tokens.access_token}x`])
    assert.deepEqual(await openid.tokenIntrospection(config, none), { active: false });
  await userPools.send(new AdminUserGlobalSignOutCommand({ UserPoolId: shared.userPoolId, Username: 'alice' }));
  for (const left of [tokens.access_token, tokens.refresh_token])
    assert.deepEqual(await openid.tokenIntrospection(config, left), { active: false });
});

for (const algorithm of ['RS256', 'PS256', 'ES256'])
  test(`openid-client proves a client by a key of ${algorithm} wherever it asks`, async () => {
    const { config } = await keyed(algorithm);
    const tokens = await signIn(config);
    assert.equal(tokens.claims().sub, sub);
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);
    assert.equal((await openid.refreshTokenGrant(config, tokens.refresh_token)).claims().sub, sub);
    await openid.tokenRevocation(config, tokens.refresh_token);
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
  });

test('openid-client gets tokens for a machine by a key, and not by the secret beside it', async () => {
  const { of, config } = await keyed('ES256', { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [`${identifier}/read`] });
  const { access_token } = await openid.clientCredentialsGrant(config);
  assert.equal((await openid.tokenIntrospection(config, access_token)).scope, `${identifier}/read`);
  await assert.rejects(openid.clientCredentialsGrant(await discovered(of)), { error: 'invalid_client' });
  const { privateKey } = await generateKeyPair('ES256');
  await assert.rejects(openid.clientCredentialsGrant(await discovered(of, openid.PrivateKeyJwt({ key: privateKey, kid: of.id }))), { error: 'invalid_client' });
});
