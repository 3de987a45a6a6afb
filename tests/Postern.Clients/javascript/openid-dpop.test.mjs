// openid-client and tokens that are bound to a key (DPoP, RFC 9449).
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CreateResourceServerCommand, DescribeUserPoolCommand, GetUserCommand, TagResourceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { endpoint, user, userPools } from './postern.mjs';
import { application, callback, domain } from './domains.mjs';
import { Visitor } from './visitor.mjs';

const openid = await import('openid-client'); // it wants the crypto that postern.mjs puts in its place on Node.js 18

const identifier = 'https://api.example';
let shared, sub;

const tag = async tags => {
  const { UserPool } = await userPools.send(new DescribeUserPoolCommand({ UserPoolId: shared.userPoolId }));
  await userPools.send(new TagResourceCommand({ ResourceArn: UserPool.Arn, Tags: tags }));
};

before(async () => {
  shared = await domain();
  sub = await user(shared.userPoolId, 'alice');
  await userPools.send(new CreateResourceServerCommand({
    UserPoolId: shared.userPoolId, Identifier: identifier, Name: 'api', Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }] }));
  await tag({ 'postern:dpop': 'true', 'postern:pushed-requests': 'true', 'postern:introspection': 'true' });
});

const discovered = ({ id, secret }, how = secret ? openid.ClientSecretBasic(secret) : openid.None()) =>
  openid.discovery(new URL(shared.issuer), id, undefined, how, { execute: [openid.allowInsecureRequests] });

const handle = async (config, algorithm = 'ES256') => openid.getDPoPHandle(config, await openid.randomDPoPKeyPair(algorithm));

/** Signs in, with PKCE, and takes tokens that are bound to the handle's key; the code is bound already where the request says so. */
async function signIn(config, DPoP, { isPushed = false, ...more } = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const request = {
    redirect_uri: callback, scope: 'openid email aws.cognito.signin.user.admin', state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...more,
  };
  const visitor = new Visitor();
  await visitor.signIn(isPushed ? await openid.buildAuthorizationUrlWithPAR(config, request, { DPoP }) : openid.buildAuthorizationUrl(config, request), 'alice');
  return { url: visitor.url, checks: { pkceCodeVerifier, expectedState, idTokenExpected: true } };
}

async function bound(config, DPoP, more) {
  const { url, checks } = await signIn(config, DPoP, more);
  return openid.authorizationCodeGrant(config, url, checks, undefined, { DPoP });
}

const boundTo = token => decodeJwt(token).cnf?.jkt;

for (const [kind, settings] of [['public', {}], ['confidential', { GenerateSecret: true }]])
  for (const algorithm of ['ES256', 'PS256', 'RS256'])
    test(`openid-client binds the tokens of a ${kind} client to a key of ${algorithm}, through userinfo and refresh`, async () => {
      const config = await discovered(await application(shared.userPoolId, settings));
      assert(config.serverMetadata().dpop_signing_alg_values_supported.includes(algorithm));
      const DPoP = await handle(config, algorithm);
      const tokens = await bound(config, DPoP);
      assert.deepEqual([tokens.token_type, boundTo(tokens.access_token)], ['dpop', await DPoP.calculateThumbprint()]);
      assert.equal((await openid.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).email, 'alice@example.com');
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
      assert.deepEqual([refreshed.token_type, boundTo(refreshed.access_token)], ['dpop', await DPoP.calculateThumbprint()]);
      assert.equal((await openid.fetchUserInfo(config, refreshed.access_token, sub, { DPoP })).sub, sub);
    });

test('openid-client can do nothing with a token of somebody else\'s key', async () => {
  const config = await discovered(await application(shared.userPoolId));
  const [DPoP, other] = [await handle(config), await handle(config)];
  const tokens = await bound(config, DPoP);
  for (const options of [undefined, { DPoP: other }]) {
    await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, sub, options), fault =>
      fault.status === 401 && fault.cause.some(challenge => challenge.scheme === 'dpop' && challenge.parameters.error === 'invalid_token' && challenge.parameters.algs.includes('ES256')));
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token, undefined, options), { error: 'invalid_grant' });
  }
  await assert.rejects(userPools.send(new GetUserCommand({ AccessToken: tokens.access_token })), { name: 'NotAuthorizedException' });
});

test('openid-client calls the API with a bound token by a proof for its address', async () => {
  const config = await discovered(await application(shared.userPoolId));
  const DPoP = await handle(config);
  const { access_token } = await bound(config, DPoP);
  const answer = await openid.fetchProtectedResource(
    config, access_token, new URL(`${endpoint}/`), 'POST', JSON.stringify({ AccessToken: access_token }),
    new Headers({ 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'AWSCognitoIdentityProviderService.GetUser' }), { DPoP });
  assert.equal((await answer.json()).Username, 'alice');
});

for (const isPushed of [false, true])
  test(`openid-client exchanges a code by the key alone that its ${isPushed ? 'pushed ' : ''}request named`, async () => {
    const config = await discovered(await application(shared.userPoolId));
    const [DPoP, other] = [await handle(config), await handle(config)];
    const { url, checks } = await signIn(config, DPoP, isPushed ? { isPushed } : { dpop_jkt: await DPoP.calculateThumbprint() });
    for (const options of [undefined, { DPoP: other }])
      await assert.rejects(openid.authorizationCodeGrant(config, url, checks, undefined, options), { error: 'invalid_grant' });
    assert.equal(boundTo((await openid.authorizationCodeGrant(config, url, checks, undefined, { DPoP })).access_token), await DPoP.calculateThumbprint());
  });

test('openid-client learns what a token is bound to', async () => {
  const config = await discovered(await application(shared.userPoolId, { GenerateSecret: true }));
  const DPoP = await handle(config);
  const told = await openid.tokenIntrospection(config, (await bound(config, DPoP)).access_token);
  assert.deepEqual([told.active, told.token_type, told.cnf], [true, 'DPoP', { jkt: await DPoP.calculateThumbprint() }]);
});

test('openid-client gets a machine\'s tokens by a proof where they must be bound', async () => {
  const machine = await application(shared.userPoolId, { GenerateSecret: true, AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [`${identifier}/read`] });
  await tag({ 'postern:require-dpop': machine.id });
  const config = await discovered(machine);
  const DPoP = await handle(config);
  await assert.rejects(openid.clientCredentialsGrant(config), { error: 'invalid_dpop_proof' });
  const tokens = await openid.clientCredentialsGrant(config, undefined, { DPoP });
  assert.deepEqual([tokens.token_type, boundTo(tokens.access_token)], ['dpop', await DPoP.calculateThumbprint()]);
});

test('openid-client answers with the server\'s nonce where one is wanted', async () => {
  const app = await application(shared.userPoolId);
  await tag({ 'postern:dpop-nonce': app.id });
  const config = await discovered(app);
  const DPoP = await handle(config);
  const tokens = await bound(config, DPoP, { isPushed: true });
  assert.equal((await openid.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).sub, sub);
  assert.equal(boundTo((await openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })).access_token), await DPoP.calculateThumbprint());
});
