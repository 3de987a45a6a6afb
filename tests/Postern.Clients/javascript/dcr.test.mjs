// Applications that register their own client: openid-client finds the endpoint by discovery, registers, and uses what it was given.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CreateResourceServerCommand, CreateUserPoolClientCommand, DescribeUserPoolClientCommand, ListUserPoolClientsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { userPools } from './postern.mjs';
import { domain } from './domains.mjs';

const oidc = await import('openid-client'); // it wants the crypto that postern.mjs puts in its place on Node.js 18
const overHttp = { execute: [oidc.allowInsecureRequests] };

let open, closed;
before(async () => {
  open = await poolWithDomain({ OpenDcrEnabled: true });
  closed = await poolWithDomain({ AllowedScopes: ['api/read'] });
});

async function poolWithDomain(DcrConfiguration) {
  const { userPoolId: UserPoolId, issuer } = await domain({ settings: { DcrConfiguration } });
  await userPools.send(new CreateResourceServerCommand({
    UserPoolId, Identifier: 'api', Name: 'API', Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads' }] }));
  return { id: UserPoolId, issuer: new URL(issuer) };
}

const describe = async (UserPoolId, ClientId) =>
  (await userPools.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient;

test('openid-client registers a public client at an open pool and builds a request for a code with it', async () => {
  const redirect = 'http://localhost:3000/callback';
  const config = await oidc.dynamicClientRegistration(open.issuer, {
    client_name: 'A public app', redirect_uris: [redirect], token_endpoint_auth_method: 'none', scope: 'openid email' }, oidc.None(), overHttp);
  const metadata = config.clientMetadata();
  assert.equal(metadata.token_endpoint_auth_method, 'none');
  assert.deepEqual(metadata.grant_types, ['authorization_code', 'refresh_token']);

  const client = await describe(open.id, metadata.client_id);
  assert.equal(client.ClientType, 'DCR');
  assert.equal(client.ClientSecret, undefined);
  assert.deepEqual(client.CallbackURLs, [redirect]);

  const verifier = oidc.randomPKCECodeVerifier();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect, scope: 'openid', state: 's', code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
  const answer = await fetch(address, { redirect: 'manual' });
  assert.equal(answer.status, 302);
  assert.match(answer.headers.get('location'), /\/login\?/);
});

test('openid-client registers a machine with an initial access token, and the machine gets a token of its own', async () => {
  const registrar = (await userPools.send(new CreateUserPoolClientCommand({
    UserPoolId: closed.id, ClientName: 'registrar', GenerateSecret: true, AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['aws.cognito/dcr/register'] }))).UserPoolClient;
  const own = await oidc.discovery(closed.issuer, registrar.ClientId, registrar.ClientSecret, oidc.ClientSecretBasic(registrar.ClientSecret), overHttp);
  const initialAccessToken = (await oidc.clientCredentialsGrant(own)).access_token;

  const config = await oidc.dynamicClientRegistration(closed.issuer, { client_name: 'A machine', grant_types: ['client_credentials'], response_types: [] },
    undefined, { ...overHttp, initialAccessToken });
  const { access_token: token } = await oidc.clientCredentialsGrant(config, { scope: 'api/read' });
  assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).scope, 'api/read');

  const { UserPoolClients: registered } = await userPools.send(new ListUserPoolClientsCommand({ UserPoolId: closed.id, ClientType: 'DCR' }));
  assert.deepEqual(registered.map(client => client.ClientName), ['A machine']);
});

test('openid-client is told why a registration is refused', async () => {
  const register = (at, metadata) => oidc.dynamicClientRegistration(at.issuer, metadata, oidc.None(), overHttp);
  const good = { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'none' };
  await assert.rejects(register(closed, good), error => error.status === 401);
  await assert.rejects(register(open, { ...good, redirect_uris: ['http://app.example/callback'] }), { error: 'invalid_redirect_uri' });
  await assert.rejects(register(open, { ...good, scope: 'openid api/read' }), { error: 'invalid_client_metadata' });
});
