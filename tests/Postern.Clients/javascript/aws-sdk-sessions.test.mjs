// The newest AWS SDK: sessions of pools that track them, the levels of authentication, and what administrators do with second factors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminDeleteSoftwareTokenCommand, AdminGetUserAuthFactorsCommand, AdminListUserSessionsCommand, AdminRevokeUserSessionCommand, AssociateSoftwareTokenCommand,
  GetTokensFromRefreshTokenCommand, GetUserCommand, GetUserPoolClientSessionConfigurationCommand, GetUserPoolSessionConfigurationCommand, InitiateAuthCommand,
  ListUserSessionsCommand, RevokeTokenCommand, RevokeUserSessionCommand, SetUserMFAPreferenceCommand, SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand, VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { client, mfa, password, pool, totp, user, userPools } from './postern.mjs';

const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const send = command => userPools.send(command);

const track = (UserPoolId, MaxPerUser) =>
  send(new SetUserPoolSessionConfigurationCommand({ UserPoolId, UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser } }));

async function signIn(ClientId, USERNAME) {
  const AuthParameters = { USERNAME, PASSWORD: password };
  return (await send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))).AuthenticationResult;
}

const claims = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

const revoked = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' };

test('The AWS SDK configures session tracking of a pool and of a client', async () => {
  const UserPoolId = await pool();
  const ClientId = await client(UserPoolId, flows);
  const before = await send(new GetUserPoolSessionConfigurationCommand({ UserPoolId }));
  assert.deepEqual([before.UserSessionTracking, before.TokenSession], ['DISABLED', { MaxPerUser: 20 }]);
  const client60 = await send(new GetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId }));
  assert.deepEqual(client60.SSOSession, { MaxValidityMinutes: 60 });
  const SSOSession = { MaxValidityMinutes: 0 };
  await assert.rejects(send(new SetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId, SSOSession })), { name: 'OperationNotEnabledException' });
  await track(UserPoolId, 2);
  await send(new SetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId, SSOSession }));
  assert.deepEqual((await send(new GetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId }))).SSOSession, SSOSession);
  const lite = await pool({ UserPoolTier: 'LITE' });
  await assert.rejects(track(lite, 2), { name: 'FeatureUnavailableInTierException' });
});

test('The AWS SDK lists sessions and ends them', async () => {
  const UserPoolId = await pool();
  const ClientId = await client(UserPoolId, flows);
  await user(UserPoolId, 'alice');
  const untracked = await signIn(ClientId, 'alice');
  await assert.rejects(send(new ListUserSessionsCommand({ AccessToken: untracked.AccessToken })), { name: 'OperationNotEnabledException' });
  await track(UserPoolId, 2);
  const [one, two] = [await signIn(ClientId, 'alice'), await signIn(ClientId, 'alice')];

  const { Sessions } = await send(new ListUserSessionsCommand({ AccessToken: two.AccessToken }));
  assert.equal(Sessions.length, 2);
  for (const session of Sessions) {
    assert.match(session.SessionId, /^tkn[a-z0-9]{25}$/);
    assert.deepEqual([session.SessionType, session.ClientId], ['TOKEN', ClientId]);
    assert.match(session.DeviceType, /^aws-sdk-js 3/);
    assert.ok(session.CreateDate instanceof Date && Math.abs(Date.now() - session.LastActiveDate) < 60_000);
  }
  const other = Sessions.find(session => !session.IsCurrentSession);
  const current = Sessions.find(session => session.IsCurrentSession);
  await assert.rejects(send(new RevokeUserSessionCommand({ AccessToken: two.AccessToken, SessionId: current.SessionId })), { name: 'InvalidParameterException' });
  await send(new RevokeUserSessionCommand({ AccessToken: two.AccessToken, SessionId: other.SessionId, RevokeAssociatedSessions: 'LINKED' }));
  await assert.rejects(send(new GetUserCommand({ AccessToken: one.AccessToken })), revoked);
  await assert.rejects(send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: one.RefreshToken })),
    { name: 'NotAuthorizedException', message: 'Refresh Token has been revoked' });

  const three = await signIn(ClientId, 'alice');
  await send(new RevokeTokenCommand({ ClientId, Token: three.RefreshToken, RevokeAssociatedSessions: 'LINKED' }));
  const left = await send(new AdminListUserSessionsCommand({ UserPoolId, Username: 'alice' }));
  assert.deepEqual(left.Sessions.map(session => [session.SessionId, session.IsCurrentSession]), [[current.SessionId, false]]);
  await send(new AdminRevokeUserSessionCommand({ UserPoolId, Username: 'alice', SessionId: current.SessionId }));
  await assert.rejects(send(new GetUserCommand({ AccessToken: two.AccessToken })), revoked);
  assert.deepEqual((await send(new AdminListUserSessionsCommand({ UserPoolId, Username: 'alice' }))).Sessions, []);
  assert.equal((await send(new GetUserCommand({ AccessToken: untracked.AccessToken }))).Username, 'alice');
});

test('The AWS SDK sees the session used least recently give way at the maximum', async () => {
  const UserPoolId = await pool();
  const ClientId = await client(UserPoolId, flows);
  await user(UserPoolId, 'bob');
  await track(UserPoolId, 2);
  const [one, two] = [await signIn(ClientId, 'bob'), await signIn(ClientId, 'bob')];
  await send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: one.RefreshToken }));
  const three = await signIn(ClientId, 'bob');
  await assert.rejects(send(new GetUserCommand({ AccessToken: two.AccessToken })), revoked);
  for (const alive of [one, three])
    assert.equal((await send(new GetUserCommand({ AccessToken: alive.AccessToken }))).Username, 'bob');
});

test('The AWS SDK names the levels of authentication, and takes a lost authenticator app from a user', async () => {
  const UserPoolId = await pool({ AcrConfiguration: { Level1: { AcrValue: 'basic' }, Level3: { AcrValue: 'strong' } } });
  const ClientId = await client(UserPoolId, flows);
  await mfa(UserPoolId, { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await user(UserPoolId, 'carol');
  const { AccessToken, IdToken } = await signIn(ClientId, 'carol');
  assert.deepEqual([claims(AccessToken).acr, claims(IdToken).acr], ['basic', 'basic']);
  const { SecretCode } = await send(new AssociateSoftwareTokenCommand({ AccessToken }));
  await send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode) }));
  await send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }));
  const factors = await send(new AdminGetUserAuthFactorsCommand({ UserPoolId, Username: 'carol' }));
  assert.deepEqual([factors.PreferredMfaSetting, factors.UserMFASettingList], ['SOFTWARE_TOKEN_MFA', ['SOFTWARE_TOKEN_MFA']]);
  assert.equal(await signIn(ClientId, 'carol'), undefined);
  await send(new AdminDeleteSoftwareTokenCommand({ UserPoolId, Username: 'carol' }));
  assert.ok((await signIn(ClientId, 'carol')).AccessToken);
});
