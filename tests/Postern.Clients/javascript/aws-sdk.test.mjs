// The AWS SDK for JavaScript v3, with no setting but the endpoint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CognitoIdentityClient, CreateIdentityPoolCommand, DeleteIdentityPoolCommand, DescribeIdentityPoolCommand, ListIdentityPoolsCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  AdminGetUserCommand, CognitoIdentityProviderClient, ConfirmSignUpCommand, DescribeUserPoolCommand, GetTokensFromRefreshTokenCommand, GetUserCommand,
  GlobalSignOutCommand, InitiateAuthCommand, NotAuthorizedException, ResourceNotFoundException, SignUpCommand, UserNotFoundException, paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { client, code, credentials, endpoint, password, pool, region, user, userPools } from './postern.mjs';

const signIn = (ClientId, USERNAME, PASSWORD = password) =>
  userPools.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } }));

test('the SDK v3 signs up, confirms, signs in and reads its user', async () => {
  const poolId = await pool();
  const clientId = await client(poolId, ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  const address = 'sdk-sign-up@example.com';
  // What an application sends has no credentials: these operations are not signed.
  const browser = new CognitoIdentityProviderClient({ endpoint, region });
  const signedUp = await browser.send(new SignUpCommand({
    ClientId: clientId, Username: 'alice', Password: password, UserAttributes: [{ Name: 'email', Value: address }] }));
  await browser.send(new ConfirmSignUpCommand({ ClientId: clientId, Username: 'alice', ConfirmationCode: await code(address) }));
  const { AuthenticationResult: tokens } = await signIn(clientId, 'alice');
  const me = await browser.send(new GetUserCommand({ AccessToken: tokens.AccessToken }));
  assert.equal(me.Username, 'alice');
  assert.equal(me.UserAttributes.find(attribute => attribute.Name === 'sub').Value, signedUp.UserSub);
  await browser.send(new GlobalSignOutCommand({ AccessToken: tokens.AccessToken }));
  await assert.rejects(browser.send(new GetUserCommand({ AccessToken: tokens.AccessToken })), { name: 'NotAuthorizedException', message: 'Access Token has been revoked' });
});

test('the SDK v3 sees errors as its own exception classes with request ids', async () => {
  const poolId = await pool();
  const clientId = await client(poolId, ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  await user(poolId, 'bob');
  await assert.rejects(signIn(clientId, 'bob', 'Wr0ng!Password'), error => {
    assert(error instanceof NotAuthorizedException);
    assert.equal(error.message, 'Incorrect username or password.');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
  await assert.rejects(userPools.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: 'nobody' })), UserNotFoundException);
  await assert.rejects(userPools.send(new DescribeUserPoolCommand({ UserPoolId: 'us-east-1_nowhere00' })), ResourceNotFoundException);
});

test('the SDK v3 pages through users', async () => {
  const poolId = await pool();
  const names = ['u1', 'u2', 'u3', 'u4', 'u5'];
  for (const name of names) await user(poolId, name);
  const found = [];
  for await (const page of paginateListUsers({ client: userPools, pageSize: 2 }, { UserPoolId: poolId }))
    found.push(...page.Users.map(one => one.Username));
  assert.deepEqual(found.sort(), names);
});

test('the SDK v3 refreshes with GetTokensFromRefreshToken', async () => {
  const poolId = await pool();
  const clientId = await client(poolId, ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  await user(poolId, 'carol');
  const { AuthenticationResult: tokens } = await signIn(clientId, 'carol');
  const { AuthenticationResult: refreshed } = await userPools.send(new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: tokens.RefreshToken }));
  assert.notEqual(refreshed.AccessToken, tokens.AccessToken);
  assert.equal(refreshed.ExpiresIn, 3600);
});

test('the SDK v3 makes, describes and lists an identity pool', async () => {
  const poolId = await pool();
  const clientId = await client(poolId);
  const identities = new CognitoIdentityClient({ endpoint, region, credentials, maxAttempts: 1 });
  const provider = { ProviderName: `cognito-idp.${region}.amazonaws.com/${poolId}`, ClientId: clientId, ServerSideTokenCheck: true };
  const made = await identities.send(new CreateIdentityPoolCommand({
    IdentityPoolName: 'javascript', AllowUnauthenticatedIdentities: false, CognitoIdentityProviders: [provider] }));
  const described = await identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId: made.IdentityPoolId }));
  assert.deepEqual(described.CognitoIdentityProviders, [provider]);
  const { IdentityPools } = await identities.send(new ListIdentityPoolsCommand({ MaxResults: 60 }));
  assert(IdentityPools.some(one => one.IdentityPoolId === made.IdentityPoolId));
  await identities.send(new DeleteIdentityPoolCommand({ IdentityPoolId: made.IdentityPoolId }));
  await assert.rejects(identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId: made.IdentityPoolId })), { name: 'ResourceNotFoundException' });
});
