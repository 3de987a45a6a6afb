// Amplify v6 with more than a password: authenticator apps, codes by mail, choice-based sign-in, and sign-in straight after sign-up.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Amplify } from 'aws-amplify';
import {
  autoSignIn, confirmSignIn, confirmSignUp, fetchAuthSession, fetchMFAPreference, getCurrentUser, setUpTOTP, signIn, signOut, signUp, updateMFAPreference,
  verifyTOTPSetup,
} from 'aws-amplify/auth';
import { client, code, endpoint, inbox, mfa, password, pool, totp, user } from './postern.mjs';

const developer = { EmailSendingAccount: 'DEVELOPER', SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com' };
const choice = ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

async function configure(poolSettings = {}, flows = undefined) {
  const userPoolId = await pool(poolSettings);
  const userPoolClientId = await client(userPoolId, flows);
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: endpoint } } });
  return userPoolId;
}

// Amplify leaves a timer of three minutes behind after a sign-up: it must not keep this process from ending.
const { setTimeout: timer } = globalThis;
globalThis.setTimeout = (call, delay, ...given) => delay > 60_000 ? timer(call, delay, ...given).unref() : timer(call, delay, ...given);

// Amplify takes a second autoSignIn within 300 ms for the same one, and never answers it.
const apart = () => wait(350);

beforeEach(() => signOut().catch(() => {}));

test('Amplify sets up an authenticator app, prefers it, and signs in with its code', async () => {
  const userPoolId = await configure();
  await mfa(userPoolId, { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await user(userPoolId, 'alice');
  assert.deepEqual(await signIn({ username: 'alice', password }), done);
  assert.deepEqual(await fetchMFAPreference(), { enabled: undefined, preferred: undefined });
  const { sharedSecret, getSetupUri } = await setUpTOTP();
  assert.match(sharedSecret, /^[A-Z2-7]{16,}$/);
  assert.equal(getSetupUri('Shop').searchParams.get('secret'), sharedSecret);
  await assert.rejects(updateMFAPreference({ totp: 'PREFERRED' }), { name: 'InvalidParameterException', message: 'User has not verified software token mfa' });
  await assert.rejects(verifyTOTPSetup({ code: totp(sharedSecret, 7) }), { name: 'EnableSoftwareTokenMFAException' });
  await verifyTOTPSetup({ code: totp(sharedSecret) });
  await updateMFAPreference({ totp: 'PREFERRED' });
  assert.deepEqual(await fetchMFAPreference(), { enabled: ['TOTP'], preferred: 'TOTP' });
  await signOut();

  assert.equal((await signIn({ username: 'alice', password })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  await assert.rejects(confirmSignIn({ challengeResponse: totp(sharedSecret, 7) }), { name: 'CodeMismatchException', message: 'Invalid code received for user' });
  assert.deepEqual(await confirmSignIn({ challengeResponse: totp(sharedSecret, 1) }), done);
  assert.equal((await fetchAuthSession()).tokens.accessToken.payload.acr, 'urn:cognito:loa:3');
  await updateMFAPreference({ totp: 'DISABLED' });
  assert.deepEqual(await fetchMFAPreference(), { enabled: undefined, preferred: undefined });
  await signOut();
  assert.deepEqual(await signIn({ username: 'alice', password }), done);
});

test('Amplify sets up an authenticator app in the course of a sign-in that demands one', async () => {
  const userPoolId = await configure();
  await mfa(userPoolId, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await user(userPoolId, 'bob');
  const { nextStep } = await signIn({ username: 'bob', password });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  const { sharedSecret } = nextStep.totpSetupDetails;
  await assert.rejects(confirmSignIn({ challengeResponse: totp(sharedSecret, 7) }), { name: 'EnableSoftwareTokenMFAException' });
  assert.deepEqual(await confirmSignIn({ challengeResponse: totp(sharedSecret) }), done);
  assert.deepEqual((await fetchMFAPreference()).enabled, ['TOTP']);
  await signOut();
  assert.equal((await signIn({ username: 'bob', password })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await confirmSignIn({ challengeResponse: totp(sharedSecret, 1) }), done);
});

test('Amplify replaces a temporary password and then sets up an authenticator app', async () => {
  const userPoolId = await configure();
  await mfa(userPoolId, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await user(userPoolId, 'carol', { temporary: 'Temp0rary!' });
  assert.equal((await signIn({ username: 'carol', password: 'Temp0rary!' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
  const { nextStep } = await confirmSignIn({ challengeResponse: password });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  assert.deepEqual(await confirmSignIn({ challengeResponse: totp(nextStep.totpSetupDetails.sharedSecret) }), done);
});

test('Amplify signs in with a code by mail as the second factor', async () => {
  const userPoolId = await configure({
    EmailConfiguration: developer, AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] },
  });
  await mfa(userPoolId, { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: { Message: 'Your code is {####}', Subject: 'Your code' } });
  await user(userPoolId, 'dora', { attributes: { email: 'dora-amplify@example.com' } });
  await signIn({ username: 'dora', password });
  await updateMFAPreference({ email: 'PREFERRED' });
  assert.deepEqual(await fetchMFAPreference(), { enabled: ['EMAIL'], preferred: 'EMAIL' });
  await signOut();
  const { nextStep } = await signIn({ username: 'dora', password });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(nextStep.codeDeliveryDetails, { deliveryMedium: 'EMAIL', destination: 'd***@e***' });
  const [mail] = await inbox('dora-amplify@example.com');
  assert.deepEqual([mail.subject, mail.body], ['Your code', `Your code is ${mail.code}`]);
  await assert.rejects(confirmSignIn({ challengeResponse: '00000000' }), { name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' });
  assert.deepEqual(await confirmSignIn({ challengeResponse: mail.code }), done);
});

test('Amplify lets its user choose between two second factors', async () => {
  const userPoolId = await configure({
    EmailConfiguration: developer, AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
  });
  await mfa(userPoolId, {
    MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true }, EmailMfaConfiguration: { Message: 'Your code is {####}', Subject: 'Your code' },
  });
  await user(userPoolId, 'erik', { attributes: { email: 'erik-amplify@example.com' } });
  await signIn({ username: 'erik', password });
  const { sharedSecret } = await setUpTOTP();
  await verifyTOTPSetup({ code: totp(sharedSecret) });
  await updateMFAPreference({ totp: 'ENABLED', email: 'ENABLED' });
  const preference = await fetchMFAPreference();
  assert.deepEqual([preference.enabled.sort(), preference.preferred], [['EMAIL', 'TOTP'], undefined]);
  await signOut();
  const { nextStep } = await signIn({ username: 'erik', password });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
  assert.deepEqual(nextStep.allowedMFATypes.sort(), ['EMAIL', 'TOTP']);
  assert.equal((await confirmSignIn({ challengeResponse: 'EMAIL' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await confirmSignIn({ challengeResponse: (await inbox('erik-amplify@example.com'))[0].code }), done);
  await signOut();
  await signIn({ username: 'erik', password });
  assert.equal((await confirmSignIn({ challengeResponse: 'TOTP' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await confirmSignIn({ challengeResponse: totp(sharedSecret, 1) }), done);
});

const passwordless = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } }, EmailConfiguration: developer };

test('Amplify signs in with a code by mail instead of a password', async () => {
  const userPoolId = await configure(passwordless, choice);
  await user(userPoolId, 'frida', { attributes: { email: 'frida-amplify@example.com' } });
  const { nextStep } = await signIn({ username: 'frida', options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' } });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.equal(nextStep.codeDeliveryDetails.destination, 'f***@e***');
  await assert.rejects(confirmSignIn({ challengeResponse: '00000000' }), { name: 'CodeMismatchException' });
  assert.deepEqual(await confirmSignIn({ challengeResponse: await code('frida-amplify@example.com', 8) }), done);
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  assert.equal(tokens.accessToken.payload.username, 'frida');
  assert.equal(tokens.idToken.payload.acr, 'urn:cognito:loa:2');
});

test('Amplify lets its user choose the first factor', async () => {
  const userPoolId = await configure(passwordless, choice);
  await user(userPoolId, 'greta', { attributes: { email: 'greta-amplify@example.com' } });
  const options = { authFlowType: 'USER_AUTH' };
  const { nextStep } = await signIn({ username: 'greta', options });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
  assert.deepEqual(nextStep.availableChallenges.sort(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP']);
  assert.equal((await confirmSignIn({ challengeResponse: 'PASSWORD_SRP' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_PASSWORD');
  assert.deepEqual(await confirmSignIn({ challengeResponse: password }), done);
  await signOut();
  await signIn({ username: 'greta', options });
  assert.equal((await confirmSignIn({ challengeResponse: 'PASSWORD' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_PASSWORD');
  assert.deepEqual(await confirmSignIn({ challengeResponse: password }), done);
  await signOut();
  await signIn({ username: 'greta', options });
  assert.equal((await confirmSignIn({ challengeResponse: 'EMAIL_OTP' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await confirmSignIn({ challengeResponse: await code('greta-amplify@example.com', 8) }), done);
  await signOut();
  assert.deepEqual(await signIn({ username: 'greta', password, options: { ...options, preferredChallenge: 'PASSWORD_SRP' } }), done);
  await signOut();
  assert.deepEqual(await signIn({ username: 'greta', password, options: { ...options, preferredChallenge: 'PASSWORD' } }), done);
});

for (const [how, options, flows] of [['by SRP', true, undefined], ['without a further code', { authFlowType: 'USER_AUTH' }, choice]]) {
  test(`Amplify signs in by itself after a sign-up, ${how}`, async () => {
    await configure(flows ? passwordless : {}, flows);
    const address = `auto-${flows ? 'choice' : 'srp'}@example.com`;
    const signedUp = await signUp({ username: 'hugo', password, options: { userAttributes: { email: address }, autoSignIn: options } });
    assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
    const confirmed = await confirmSignUp({ username: 'hugo', confirmationCode: await code(address) });
    assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
    const before = (await inbox(address)).length;
    await apart();
    assert.deepEqual(await autoSignIn(), done);
    assert.equal((await inbox(address)).length, before);
    assert.equal((await getCurrentUser()).username, 'hugo');
  });
}

test('Amplify signs up without a password, and signs in straight away and by mail', async () => {
  await configure(passwordless, choice);
  const address = 'ida-amplify@example.com';
  await signUp({ username: 'ida', options: { userAttributes: { email: address }, autoSignIn: { authFlowType: 'USER_AUTH' } } });
  await confirmSignUp({ username: 'ida', confirmationCode: await code(address) });
  await apart();
  assert.deepEqual(await autoSignIn(), done);
  await signOut();
  await signIn({ username: 'ida', options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' } });
  assert.deepEqual(await confirmSignIn({ challengeResponse: await code(address, 8) }), done);
});
