// Custom authentication by the two clients that browsers use, with the pool's functions served over HTTP by this process.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { Amplify } from 'aws-amplify';
import { confirmSignIn, getCurrentUser, signIn, signOut } from 'aws-amplify/auth';
import { eventsOf, lambda, startFunctions, stopFunctions } from './functions.mjs';
import { client, endpoint, otherPassword, password, pool, user } from './postern.mjs';

before(startFunctions);
after(stopFunctions);

// As the developer guide's examples go: the password first where the client began with it, then a question, three guesses at it.
const LambdaConfig = {
  DefineAuthChallenge: lambda('define', event => {
    const { session } = event.request;
    const wrong = session.filter(past => past.challengeName === 'CUSTOM_CHALLENGE' && !past.challengeResult).length;
    const last = session.at(-1);
    event.response.failAuthentication = wrong >= 3;
    event.response.issueTokens = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult;
    event.response.challengeName = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE';
    return event;
  }),
  CreateAuthChallenge: lambda('create', event => {
    event.response.publicChallengeParameters = { question: '2 + 3' };
    event.response.privateChallengeParameters = { answer: '5' };
    event.response.challengeMetadata = 'SUM';
    return event;
  }),
  VerifyAuthChallengeResponse: lambda('verify', event => {
    event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
    return event;
  }),
};

async function app(functions) {
  const UserPoolId = await pool({ LambdaConfig: { ...LambdaConfig, ...functions } });
  const ClientId = await client(UserPoolId, ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: endpoint } } });
  return { id: UserPoolId, pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint }) };
}

const someone = (app, Username) => new CognitoUser({ Username, Pool: app.pool });

/** What a call of the classic client leads to: a session, or the question. */
const step = call => new Promise((resolve, reject) => call({
  onSuccess: session => resolve({ session }),
  onFailure: reject,
  customChallenge: question => resolve({ question }),
}));

const begin = (cognitoUser, Password) => step(callbacks => {
  cognitoUser.setAuthenticationFlowType('CUSTOM_AUTH');
  const details = new AuthenticationDetails({ Username: cognitoUser.getUsername(), Password });
  return Password ? cognitoUser.authenticateUser(details, callbacks) : cognitoUser.initiateAuth(details, callbacks);
});

const answer = (cognitoUser, text, metadata) => step(callbacks => cognitoUser.sendCustomChallengeAnswer(text, callbacks, metadata));

test('amazon-cognito-identity-js answers a custom challenge, after a wrong answer too', async () => {
  const here = await app();
  await user(here.id, 'alice');
  const alice = someone(here, 'alice');
  assert.deepEqual((await begin(alice)).question, { question: '2 + 3', USERNAME: 'alice' });
  assert.equal((await answer(alice, '4')).question.question, '2 + 3');
  const { session } = await answer(alice, '5', { device: 'phone' });
  assert.equal(session.getAccessToken().payload.username, 'alice');
  assert.deepEqual(eventsOf(here.id).map(event => event.triggerSource.split('_')[0]), [
    'DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse', 'DefineAuthChallenge', 'CreateAuthChallenge',
    'VerifyAuthChallengeResponse', 'DefineAuthChallenge']);
  const last = eventsOf(here.id).at(-1);
  assert.deepEqual(last.request.session, [
    { challengeName: 'CUSTOM_CHALLENGE', challengeResult: false, challengeMetadata: 'SUM' },
    { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata: 'SUM' }]);
  assert.deepEqual(last.request.clientMetadata, { device: 'phone' });
});

test('amazon-cognito-identity-js is refused after three wrong answers', async () => {
  const here = await app();
  await user(here.id, 'bob');
  const bob = someone(here, 'bob');
  await begin(bob);
  await answer(bob, '1');
  await answer(bob, '2');
  await assert.rejects(answer(bob, '3'), { code: 'NotAuthorizedException', message: 'Incorrect username or password.' });
});

test('amazon-cognito-identity-js proves the password by SRP before the custom challenge', async () => {
  const here = await app();
  await user(here.id, 'carol');
  await assert.rejects(begin(someone(here, 'carol'), otherPassword), { code: 'NotAuthorizedException', message: 'Incorrect username or password.' });
  const carol = someone(here, 'carol');
  assert.equal((await begin(carol, password)).question.question, '2 + 3');
  assert.ok((await answer(carol, '5')).session.isValid());
  assert.deepEqual(eventsOf(here.id).at(-1).request.session.map(past => past.challengeName), ['SRP_A', 'PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE']);
});

test('Amplify signs in by a custom challenge without a password', async () => {
  await signOut().catch(() => {});
  const here = await app();
  await user(here.id, 'dora');
  const { nextStep } = await signIn({ username: 'dora', options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
  assert.equal(nextStep.additionalInfo.question, '2 + 3');
  assert.equal((await confirmSignIn({ challengeResponse: '4' })).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
  assert.deepEqual(await confirmSignIn({ challengeResponse: '5' }), { isSignedIn: true, nextStep: { signInStep: 'DONE' } });
  assert.equal((await getCurrentUser()).username, 'dora');
});

test('Amplify signs in by SRP and then a custom challenge', async () => {
  await signOut().catch(() => {});
  const here = await app();
  await user(here.id, 'erik');
  const options = { authFlowType: 'CUSTOM_WITH_SRP' };
  await assert.rejects(signIn({ username: 'erik', password: otherPassword, options }), { name: 'NotAuthorizedException' });
  const { nextStep } = await signIn({ username: 'erik', password, options });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
  assert.equal((await confirmSignIn({ challengeResponse: '5', options: { clientMetadata: { from: 'amplify' } } })).isSignedIn, true);
  assert.deepEqual(eventsOf(here.id).at(-1).request.clientMetadata, { from: 'amplify' });
});

test('Amplify is told what the function threw', async () => {
  await signOut().catch(() => {});
  const here = await app({ CreateAuthChallenge: lambda('broken', () => { throw new Error('no question today'); }) });
  await user(here.id, 'frida');
  await assert.rejects(signIn({ username: 'frida', options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } }),
    { name: 'UserLambdaValidationException', message: 'CreateAuthChallenge failed with error no question today.' });
});
