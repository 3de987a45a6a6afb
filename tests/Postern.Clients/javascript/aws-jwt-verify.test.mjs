// The verifier that most Cognito APIs use. Its own fetcher speaks https only, so over http it gets another; the checks are its own.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { JwtInvalidAudienceError, JwtInvalidSignatureError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { at, client, endpoint, password, pool, user, userPools } from './postern.mjs';

const overHttp = { fetch: async uri => (await fetch(uri)).arrayBuffer() };

function verifier(poolId, expected) {
  const issuer = `${endpoint}/${poolId}`;
  return JwtVerifier.create(
    { issuer, jwksUri: `${issuer}/.well-known/jwks.json`, ...expected },
    { jwksCache: new SimpleJwksCache({ fetcher: overHttp }) });
}

let poolId, clientId, tokens;
before(async () => {
  poolId = await pool();
  clientId = await client(poolId, ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  await user(poolId, 'alice');
  tokens = (await userPools.send(new InitiateAuthCommand({
    ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'alice', PASSWORD: password } }))).AuthenticationResult;
});

test('aws-jwt-verify accepts the ID token for its client', async () => {
  const claims = await verifier(poolId, { audience: clientId }).verify(tokens.IdToken);
  assert.equal(claims.token_use, 'id');
  assert.equal(claims['cognito:username'], 'alice');
});

test('aws-jwt-verify accepts the access token, which has no audience', async () => {
  const claims = await verifier(poolId, {
    audience: null,
    customJwtCheck: ({ payload }) => assert.deepEqual([payload.client_id, payload.token_use], [clientId, 'access']),
  }).verify(tokens.AccessToken);
  assert.equal(claims.scope, 'aws.cognito.signin.user.admin');
});

test('aws-jwt-verify refuses another audience, another pool and a changed token', async () => {
  await assert.rejects(verifier(poolId, { audience: 'another' }).verify(tokens.IdToken), JwtInvalidAudienceError);
  const other = await pool();
  await assert.rejects(verifier(other, { audience: clientId }).verify(tokens.IdToken));
  const [header, payload, signature] = tokens.IdToken.split('.');
  const forged = { ...JSON.parse(Buffer.from(payload, 'base64url')), sub: 'someone else' };
  const changed = [header, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');
  await assert.rejects(verifier(poolId, { audience: clientId }).verify(changed), JwtInvalidSignatureError);
});

test('its Cognito verifier, which knows no other issuer, accepts the tokens of a server with --issuer aws', async () => {
  const aws = process.env.POSTERN_AWS_ISSUER_ENDPOINT;
  const server = at(aws);
  const userPoolId = await pool({}, server);
  const ClientId = await client(userPoolId, ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], {}, server);
  await user(userPoolId, 'bob', { server });
  const { AuthenticationResult: signedIn } = await server.send(new InitiateAuthCommand({
    ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'bob', PASSWORD: password } }));
  const jwks = await (await fetch(`${aws}/${userPoolId}/.well-known/jwks.json`)).json();
  for (const [tokenUse, token] of [['id', signedIn.IdToken], ['access', signedIn.AccessToken]]) {
    const cognito = CognitoJwtVerifier.create({ userPoolId, tokenUse, clientId: ClientId });
    cognito.cacheJwks(jwks);
    assert.equal((await cognito.verify(token)).iss, `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`);
  }
});
