// The classic browser client with a second factor: authenticator apps, text messages, and the choice between them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { client, code, endpoint, mfa, password, pool, totp, user } from './postern.mjs';

const sms = { SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } } };
const app = { SoftwareTokenMfaConfiguration: { Enabled: true } };

async function userPool(mfaSettings, settings) {
  const UserPoolId = await pool(settings);
  await mfa(UserPoolId, mfaSettings);
  return new CognitoUserPool({ UserPoolId, ClientId: await client(UserPoolId), endpoint });
}

const someone = (Pool, Username) => new CognitoUser({ Username, Pool });

const called = call => new Promise((resolve, reject) => call((error, result) => error ? reject(error) : resolve(result)));

/** What the client calls back with: the session, or the challenge that has to be met first. */
const step = call => new Promise((resolve, reject) => call({
  onSuccess: session => resolve({ session }),
  onFailure: reject,
  newPasswordRequired: (attributes, required) => resolve({ newPasswordRequired: { attributes, required } }),
  mfaRequired: (name, parameters) => resolve({ mfaRequired: parameters }),
  totpRequired: (name, parameters) => resolve({ totpRequired: parameters }),
  mfaSetup: (name, parameters) => resolve({ mfaSetup: parameters }),
  selectMFAType: (name, parameters) => resolve({ selectMFAType: parameters }),
  associateSecretCode: secret => resolve({ secret }),
}));

const signIn = (one, Password = password) =>
  step(callback => one.authenticateUser(new AuthenticationDetails({ Username: one.getUsername(), Password }), callback));

test('amazon-cognito-identity-js sets up an authenticator app and signs in with its code', async () => {
  const here = await userPool({ MfaConfiguration: 'OPTIONAL', ...app });
  await user(here.getUserPoolId(), 'alice');
  const alice = someone(here, 'alice');
  await signIn(alice);
  const { secret } = await step(callback => alice.associateSoftwareToken(callback));
  await assert.rejects(step(callback => alice.verifySoftwareToken(totp(secret, 7), 'phone', callback)),
    { code: 'EnableSoftwareTokenMFAException', message: 'Code mismatch and fail enable Software Token MFA' });
  const right = totp(secret);
  assert.equal((await step(callback => alice.verifySoftwareToken(right, 'phone', callback))).session.Status, 'SUCCESS');
  assert.ok((await signIn(someone(here, 'alice'))).session, 'verified is not preferred yet');
  assert.equal(await called(done => alice.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, done)), 'SUCCESS');
  const data = await called(done => alice.getUserData(done, { bypassCache: true }));
  assert.deepEqual([data.UserMFASettingList, data.PreferredMfaSetting], [['SOFTWARE_TOKEN_MFA'], 'SOFTWARE_TOKEN_MFA']);

  const again = someone(here, 'alice');
  assert.equal((await signIn(again)).totpRequired.FRIENDLY_DEVICE_NAME, 'phone');
  const answer = code => step(callback => again.sendMFACode(code, callback, 'SOFTWARE_TOKEN_MFA'));
  await assert.rejects(answer(right), { code: 'ExpiredCodeException', message: 'Your software token has already been used once.' });
  await assert.rejects(answer(totp(secret, 7)), { code: 'CodeMismatchException', message: 'Invalid code received for user' });
  assert.equal((await answer(totp(secret, 1))).session.getAccessToken().payload.username, 'alice');
});

test('amazon-cognito-identity-js replaces a temporary password with what the pool requires, then sets up an authenticator app', async () => {
  const here = await userPool({ MfaConfiguration: 'ON', ...app }, { Schema: [{ Name: 'given_name', Required: true, Mutable: true }] });
  await user(here.getUserPoolId(), 'bob', { temporary: 'Temp0rary!' });
  const bob = someone(here, 'bob');
  const { newPasswordRequired } = await signIn(bob, 'Temp0rary!');
  assert.deepEqual(newPasswordRequired.required, ['given_name']);
  await assert.rejects(step(callback => bob.completeNewPasswordChallenge(password, {}, callback)), { code: 'InvalidParameterException' });
  const { mfaSetup } = await step(callback => bob.completeNewPasswordChallenge(password, { given_name: 'Bob' }, callback));
  assert.deepEqual(JSON.parse(mfaSetup.MFAS_CAN_SETUP), ['SOFTWARE_TOKEN_MFA']);
  const { secret } = await step(callback => bob.associateSoftwareToken(callback));
  const { session } = await step(callback => bob.verifySoftwareToken(totp(secret, 1), 'phone', callback));
  assert.equal(session.getIdToken().payload.given_name, 'Bob');
  assert.ok((await signIn(someone(here, 'bob'))).totpRequired);
});

test('amazon-cognito-identity-js signs in with a code by text message, in the old way of asking for it', async () => {
  const here = await userPool({ MfaConfiguration: 'OPTIONAL', ...sms });
  const phone = '+15550100001';
  await user(here.getUserPoolId(), 'carol', { attributes: { phone_number: phone, phone_number_verified: 'true' } });
  const carol = someone(here, 'carol');
  await signIn(carol);
  assert.equal(await called(done => carol.enableMFA(done)), 'SUCCESS');
  assert.deepEqual(await called(done => carol.getMFAOptions(done)), [{ AttributeName: 'phone_number', DeliveryMedium: 'SMS' }]);
  const again = someone(here, 'carol');
  const { mfaRequired } = await signIn(again);
  assert.deepEqual([mfaRequired.CODE_DELIVERY_DELIVERY_MEDIUM, mfaRequired.CODE_DELIVERY_DESTINATION], ['SMS', '+*******0001']);
  const right = await code(phone);
  const wrong = right === '000000' ? '000001' : '000000';
  await assert.rejects(step(callback => again.sendMFACode(wrong, callback)), { code: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' });
  assert.ok((await step(callback => again.sendMFACode(right, callback))).session.isValid());
  assert.equal(await called(done => again.disableMFA(done)), 'SUCCESS');
  assert.ok((await signIn(someone(here, 'carol'))).session);
});

test('amazon-cognito-identity-js lets its user choose between two second factors', async () => {
  const here = await userPool({ MfaConfiguration: 'OPTIONAL', ...sms, ...app });
  const phone = '+15550100002';
  await user(here.getUserPoolId(), 'dora', { attributes: { phone_number: phone, phone_number_verified: 'true' } });
  const dora = someone(here, 'dora');
  await signIn(dora);
  const { secret } = await step(callback => dora.associateSoftwareToken(callback));
  await step(callback => dora.verifySoftwareToken(totp(secret), 'phone', callback));
  await called(done => dora.setUserMfaPreference({ Enabled: true, PreferredMfa: false }, { Enabled: true, PreferredMfa: false }, done));
  const choose = async (one, answer) => {
    const { selectMFAType } = await signIn(one);
    assert.deepEqual(JSON.parse(selectMFAType.MFAS_CAN_CHOOSE).sort(), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA']);
    return step(callback => one.sendMFASelectionAnswer(answer, callback));
  };
  const byMessage = someone(here, 'dora');
  assert.ok((await choose(byMessage, 'SMS_MFA')).mfaRequired);
  assert.ok((await step(async callback => byMessage.sendMFACode(await code(phone), callback, 'SMS_MFA'))).session);
  const byApp = someone(here, 'dora');
  assert.ok((await choose(byApp, 'SOFTWARE_TOKEN_MFA')).totpRequired);
  assert.ok((await step(callback => byApp.sendMFACode(totp(secret, 1), callback, 'SOFTWARE_TOKEN_MFA'))).session);
});
