// Remembered devices as the two client libraries keep them: a password of the device's own, confirmed at the first sign-in, proved at later ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminForgetDeviceCommand, AdminListDevicesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { Amplify } from 'aws-amplify';
import { confirmSignIn, fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, signIn, signOut } from 'aws-amplify/auth';
import { client, endpoint, inbox, password, pool, user, userPools } from './postern.mjs';

// Amplify takes a device's name from the browser, and has none without one.
globalThis.navigator ??= { userAgent: 'node', platform: 'node' };

const settings = {
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  MfaConfiguration: 'ON',
  SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'x' },
};
const optIn = { ...settings, DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } };

async function code(phone) {
  const [newest] = await inbox(phone);
  assert.match(newest?.code ?? '', /^\d{6}$/, `a message with a code to ${phone}`);
  return newest.code;
}

async function known(UserPoolId, Username) {
  return (await userPools.send(new AdminListDevicesCommand({ UserPoolId, Username }))).Devices;
}

const status = device => device.DeviceAttributes.find(attribute => attribute.Name === 'dev:device_remembered_status').Value;

const named = (cognitoUser, method, ...given) => new Promise((onSuccess, onFailure) => cognitoUser[method](...given, { onSuccess, onFailure }));

/** Signs in by SRP and, where it is asked for, a code; answers the user and which of the two it took. */
async function classic(app, Username, phone) {
  const cognitoUser = new CognitoUser({ Username, Pool: app });
  const answer = await new Promise((resolve, reject) => cognitoUser.authenticateUser(new AuthenticationDetails({ Username, Password: password }), {
    onSuccess: (session, userConfirmationNecessary) => resolve({ session, userConfirmationNecessary }),
    onFailure: reject,
    mfaRequired: () => resolve({ isAsked: true }),
  }));
  if (!answer.isAsked)
    return { cognitoUser, isAsked: false, ...answer };
  const right = await code(phone);
  return new Promise((resolve, reject) => cognitoUser.sendMFACode(right, {
    onSuccess: (session, userConfirmationNecessary) => resolve({ cognitoUser, isAsked: true, session, userConfirmationNecessary }),
    onFailure: reject,
  }));
}

test('amazon-cognito-identity-js confirms its device, which stands for the code from then on', async () => {
  const UserPoolId = await pool(settings);
  const app = new CognitoUserPool({ UserPoolId, ClientId: await client(UserPoolId), endpoint });
  await user(UserPoolId, 'dana', { attributes: { phone_number: '+15550100001' } });
  const first = await classic(app, 'dana', '+15550100001');
  assert.equal(first.isAsked, true);
  assert.equal(first.userConfirmationNecessary, undefined); // as the library tells a false
  const [device] = await known(UserPoolId, 'dana');
  assert.equal(device.DeviceKey, first.session.getAccessToken().payload.device_key);
  for (let time = 0; time < 10; time++) { // Paddings of SRP's numbers differ from one sign-in to the next.
    const { isAsked, session } = await classic(app, 'dana', '+15550100001');
    assert.equal(isAsked, false);
    assert.equal(session.getAccessToken().payload.device_key, device.DeviceKey);
  }
  assert.equal((await known(UserPoolId, 'dana')).length, 1);
});

test('amazon-cognito-identity-js refreshes, reads, lists, remembers and forgets its device', async () => {
  const UserPoolId = await pool(optIn);
  const app = new CognitoUserPool({ UserPoolId, ClientId: await client(UserPoolId), endpoint });
  await user(UserPoolId, 'emil', { attributes: { phone_number: '+15550100002' } });
  const { cognitoUser, session, userConfirmationNecessary } = await classic(app, 'emil', '+15550100002');
  assert.equal(userConfirmationNecessary, true);
  const refreshed = await new Promise((resolve, reject) =>
    cognitoUser.refreshSession(session.getRefreshToken(), (error, result) => error ? reject(error) : resolve(result)));
  assert.equal(refreshed.getAccessToken().payload.device_key, session.getAccessToken().payload.device_key);
  assert.equal((await classic(app, 'emil', '+15550100002')).isAsked, true);

  assert.equal(status((await named(cognitoUser, 'getDevice')).Device), 'not_remembered');
  assert.equal(await named(cognitoUser, 'setDeviceStatusRemembered'), 'SUCCESS');
  assert.equal(status((await named(cognitoUser, 'getDevice')).Device), 'remembered');
  assert.equal((await classic(app, 'emil', '+15550100002')).isAsked, false);
  assert.equal(await named(cognitoUser, 'setDeviceStatusNotRemembered'), 'SUCCESS');
  assert.equal((await classic(app, 'emil', '+15550100002')).isAsked, true);
  assert.equal((await named(cognitoUser, 'listDevices', 10, null)).Devices.length, 1);
  await named(cognitoUser, 'forgetDevice');
  assert.deepEqual(await known(UserPoolId, 'emil'), []);
});

test('amazon-cognito-identity-js goes on with a new device when its own was forgotten', async () => {
  const UserPoolId = await pool(settings);
  const app = new CognitoUserPool({ UserPoolId, ClientId: await client(UserPoolId), endpoint });
  await user(UserPoolId, 'fay', { attributes: { phone_number: '+15550100003' } });
  await classic(app, 'fay', '+15550100003');
  const [lost] = await known(UserPoolId, 'fay');
  await userPools.send(new AdminForgetDeviceCommand({ UserPoolId, Username: 'fay', DeviceKey: lost.DeviceKey }));
  const { isAsked } = await classic(app, 'fay', '+15550100003');
  assert.equal(isAsked, true);
  const [device] = await known(UserPoolId, 'fay');
  assert.notEqual(device.DeviceKey, lost.DeviceKey);
  assert.equal((await classic(app, 'fay', '+15550100003')).isAsked, false);
});

/** The same by Amplify; answers whether a code was asked for. */
async function modern(username, phone) {
  const step = await signIn({ username, password });
  if (step.isSignedIn)
    return false;
  assert.equal(step.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
  assert.equal((await confirmSignIn({ challengeResponse: await code(phone) })).isSignedIn, true);
  return true;
}

async function configure(settings) {
  await signOut().catch(() => {});
  const userPoolId = await pool(settings);
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: await client(userPoolId), userPoolEndpoint: endpoint } } });
  return userPoolId;
}

test('Amplify remembers its device, refreshes by it, and is asked for no code any more', async () => {
  const userPoolId = await configure(optIn);
  await user(userPoolId, 'gil', { attributes: { phone_number: '+15550100004' } });
  assert.equal(await modern('gil', '+15550100004'), true);
  await rememberDevice();
  const [device] = await fetchDevices();
  assert.equal(device.attributes['dev:device_remembered_status'], 'remembered');
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  assert.equal(tokens.accessToken.payload.device_key, device.id);
  await signOut();
  assert.equal(await modern('gil', '+15550100004'), false);
  assert.equal((await fetchAuthSession()).tokens.accessToken.payload.device_key, device.id);
});

test('Amplify forgets its device, and begins again where an administrator did', async () => {
  const userPoolId = await configure(settings);
  await user(userPoolId, 'hal', { attributes: { phone_number: '+15550100005' } });
  assert.equal(await modern('hal', '+15550100005'), true);
  await forgetDevice();
  assert.deepEqual(await known(userPoolId, 'hal'), []);
  await signOut();
  assert.equal(await modern('hal', '+15550100005'), true);
  const [device] = await fetchDevices();
  await userPools.send(new AdminForgetDeviceCommand({ UserPoolId: userPoolId, Username: 'hal', DeviceKey: device.id }));
  await signOut();
  assert.equal(await modern('hal', '+15550100005'), true);
  assert.notEqual((await fetchDevices())[0].id, device.id);
});
