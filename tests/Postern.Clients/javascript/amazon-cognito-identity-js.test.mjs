// The classic browser client: SRP in its own big-integer arithmetic, callbacks made promises here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import { client, code, endpoint, otherPassword, password, pool, user } from './postern.mjs';

async function app(settings) {
  const UserPoolId = await pool(settings);
  const ClientId = await client(UserPoolId);
  return { id: UserPoolId, pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint }) };
}

const someone = (app, Username) => new CognitoUser({ Username, Pool: app.pool });

const called = call => new Promise((resolve, reject) => call((error, result) => error ? reject(error) : resolve(result)));

/** Signs in by SRP; answers the session, or the challenge that has to be met first. */
const signIn = (cognitoUser, Password) => new Promise((resolve, reject) => cognitoUser.authenticateUser(
  new AuthenticationDetails({ Username: cognitoUser.getUsername(), Password }),
  {
    onSuccess: session => resolve({ session }),
    onFailure: reject,
    newPasswordRequired: (attributes, required) => resolve({ newPasswordRequired: { attributes, required } }),
  }));

test('amazon-cognito-identity-js signs up, confirms with the code of the mail, and signs in by SRP', async () => {
  const here = await app();
  const address = 'signs-up@example.com';
  const signedUp = await called(done => here.pool.signUp('alice', password, [new CognitoUserAttribute({ Name: 'email', Value: address })], [], done));
  assert.equal(signedUp.userConfirmed, false);
  const alice = someone(here, 'alice');
  await assert.rejects(signIn(alice, password), { code: 'UserNotConfirmedException', message: 'User is not confirmed.' });
  await called(done => alice.resendConfirmationCode(done));
  assert.equal(await called(done => alice.confirmRegistration(null, true, done)).catch(error => error.code), 'InvalidParameterException');
  assert.equal(await code(address).then(right => called(done => alice.confirmRegistration(right, true, done))), 'SUCCESS');
  const { session } = await signIn(alice, password);
  assert.equal(session.isValid(), true);
  assert.equal(session.getIdToken().payload.email, address);
  assert.equal(session.getIdToken().payload.email_verified, true);
  assert.equal(session.getIdToken().payload.sub, signedUp.userSub);
  assert.equal(session.getAccessToken().payload.iss, `${endpoint}/${here.id}`);
});

test('amazon-cognito-identity-js is refused with a wrong password, twenty SRP sign-ins with the right one pass', async () => {
  const here = await app();
  await user(here.id, 'bob');
  await assert.rejects(signIn(someone(here, 'bob'), otherPassword), { code: 'NotAuthorizedException', message: 'Incorrect username or password.' });
  for (let time = 0; time < 20; time++) // Paddings of SRP's numbers differ from one sign-in to the next.
    assert.ok((await signIn(someone(here, 'bob'), password)).session);
});

test('amazon-cognito-identity-js signs in by e-mail address where the pool has it as username', async () => {
  const here = await app({ UsernameAttributes: ['email'] });
  const sub = await user(here.id, 'carol@example.com', { attributes: { email: 'carol@example.com' } });
  const { session } = await signIn(someone(here, 'carol@example.com'), password);
  assert.equal(session.getAccessToken().payload.username, sub);
  assert.equal(session.getIdToken().payload['cognito:username'], sub);
});

test('amazon-cognito-identity-js replaces a temporary password', async () => {
  const here = await app();
  await user(here.id, 'dora', { temporary: 'Temp0rary!' });
  const dora = someone(here, 'dora');
  const { newPasswordRequired } = await signIn(dora, 'Temp0rary!');
  assert.equal(newPasswordRequired.attributes.email, 'dora@example.com');
  assert.deepEqual(newPasswordRequired.required, []);
  await new Promise((onSuccess, onFailure) => dora.completeNewPasswordChallenge(password, { given_name: 'Dora' }, { onSuccess, onFailure }));
  const { session } = await signIn(someone(here, 'dora'), password);
  assert.equal(session.getIdToken().payload.given_name, 'Dora');
});

test('amazon-cognito-identity-js refreshes a session', async () => {
  const here = await app();
  await user(here.id, 'erik');
  const erik = someone(here, 'erik');
  const { session } = await signIn(erik, password);
  const refreshed = await called(done => erik.refreshSession(session.getRefreshToken(), done));
  assert.notEqual(refreshed.getAccessToken().payload.jti, session.getAccessToken().payload.jti);
  assert.equal(refreshed.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);
  await assert.rejects(called(done => erik.refreshSession(new CognitoRefreshToken({ RefreshToken: 'eyJjdHkiOiJKV1QifQ.a.b.c.d' }), done)),
    { code: 'NotAuthorizedException', message: 'Invalid Refresh Token.' });
});

test('amazon-cognito-identity-js changes and recovers a password', async () => {
  const here = await app();
  await user(here.id, 'frida', { attributes: { email: 'frida-js@example.com' } });
  const frida = someone(here, 'frida');
  await signIn(frida, password);
  assert.equal(await called(done => frida.changePassword(password, otherPassword, done)), 'SUCCESS');
  await assert.rejects(signIn(someone(here, 'frida'), password), { code: 'NotAuthorizedException' });
  const lost = someone(here, 'frida');
  const details = await new Promise((onSuccess, onFailure) => lost.forgotPassword({ onSuccess, onFailure }));
  assert.equal(details.CodeDeliveryDetails.DeliveryMedium, 'EMAIL');
  const right = await code('frida-js@example.com');
  await new Promise((onSuccess, onFailure) => lost.confirmPassword(right, 'Th1rd!Password', { onSuccess, onFailure }));
  assert.ok((await signIn(someone(here, 'frida'), 'Th1rd!Password')).session);
});

test('amazon-cognito-identity-js reads, writes and verifies attributes', async () => {
  const here = await app();
  await user(here.id, 'greta', { attributes: { email: 'greta-js@example.com', email_verified: 'false' } });
  const greta = someone(here, 'greta');
  await signIn(greta, password);
  await called(done => greta.updateAttributes([new CognitoUserAttribute({ Name: 'nickname', Value: 'G' })], done));
  await new Promise((inputVerificationCode, onFailure) => greta.getAttributeVerificationCode('email', { inputVerificationCode, onFailure, onSuccess: inputVerificationCode }));
  const right = await code('greta-js@example.com');
  await new Promise((onSuccess, onFailure) => greta.verifyAttribute('email', right, { onSuccess, onFailure }));
  const attributes = Object.fromEntries((await called(done => greta.getUserAttributes(done))).map(attribute => [attribute.getName(), attribute.getValue()]));
  assert.equal(attributes.nickname, 'G');
  assert.equal(attributes.email_verified, 'true');
});

test('amazon-cognito-identity-js signs out everywhere, and deletes its user', async () => {
  const here = await app();
  await user(here.id, 'hugo');
  const [one, two] = [someone(here, 'hugo'), someone(here, 'hugo')];
  await signIn(one, password);
  await signIn(two, password);
  assert.equal(await new Promise((onSuccess, onFailure) => one.globalSignOut({ onSuccess, onFailure })), 'SUCCESS');
  await assert.rejects(called(done => two.getUserAttributes(done)), { code: 'NotAuthorizedException', message: 'Access Token has been revoked' });
  await signIn(two, password);
  assert.equal(await called(done => two.deleteUser(done)), 'SUCCESS');
  await assert.rejects(signIn(someone(here, 'hugo'), password));
});
