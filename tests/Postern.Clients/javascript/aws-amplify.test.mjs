// Amplify v6 as an application configures it: userPoolEndpoint is all that differs.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Amplify } from 'aws-amplify';
import {
  confirmResetPassword, confirmSignIn, confirmSignUp, fetchAuthSession, fetchUserAttributes, getCurrentUser, resetPassword, signIn, signOut, signUp,
  updatePassword,
} from 'aws-amplify/auth';
import { client, code, endpoint, otherPassword, password, pool, user } from './postern.mjs';

let userPoolId;
beforeEach(async () => {
  await signOut().catch(() => {});
  userPoolId = await pool();
  const userPoolClientId = await client(userPoolId);
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: endpoint } } });
});

test('Amplify signs up, confirms and signs in by SRP', async () => {
  const address = 'amplify@example.com';
  const signedUp = await signUp({ username: 'alice', password, options: { userAttributes: { email: address } } });
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  assert.equal(signedUp.nextStep.codeDeliveryDetails.destination, 'a***@e***');
  assert.equal((await signIn({ username: 'alice', password })).nextStep.signInStep, 'CONFIRM_SIGN_UP');
  const confirmed = await confirmSignUp({ username: 'alice', confirmationCode: await code(address) });
  assert.equal(confirmed.isSignUpComplete, true);
  assert.deepEqual(await signIn({ username: 'alice', password }), { isSignedIn: true, nextStep: { signInStep: 'DONE' } });
  assert.deepEqual((({ username, userId }) => ({ username, userId }))(await getCurrentUser()), { username: 'alice', userId: signedUp.userId });
  assert.equal((await fetchUserAttributes()).email_verified, 'true');
});

test('Amplify replaces a temporary password and refreshes its session', async () => {
  await user(userPoolId, 'bob', { temporary: 'Temp0rary!' });
  const step = await signIn({ username: 'bob', password: 'Temp0rary!' });
  assert.equal(step.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
  assert.equal((await confirmSignIn({ challengeResponse: password })).isSignedIn, true);
  const first = (await fetchAuthSession()).tokens.accessToken;
  const second = (await fetchAuthSession({ forceRefresh: true })).tokens.accessToken;
  assert.notEqual(second.payload.jti, first.payload.jti);
  assert.equal(second.payload.origin_jti, first.payload.origin_jti);
});

test('Amplify changes and resets a password, and signs out everywhere', async () => {
  await user(userPoolId, 'carol', { attributes: { email: 'carol-amplify@example.com' } });
  await assert.rejects(signIn({ username: 'carol', password: otherPassword }), { name: 'NotAuthorizedException' });
  await signIn({ username: 'carol', password });
  await updatePassword({ oldPassword: password, newPassword: otherPassword });
  await signOut({ global: true });
  await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
  const reset = await resetPassword({ username: 'carol' });
  assert.equal(reset.nextStep.resetPasswordStep, 'CONFIRM_RESET_PASSWORD_WITH_CODE');
  await confirmResetPassword({ username: 'carol', confirmationCode: await code('carol-amplify@example.com'), newPassword: 'Th1rd!Password' });
  assert.equal((await signIn({ username: 'carol', password: 'Th1rd!Password' })).isSignedIn, true);
});
