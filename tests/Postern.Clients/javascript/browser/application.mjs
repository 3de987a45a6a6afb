// The script of the page: Amplify and the AWS SDK as a bundler puts them into an application.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import {
  CognitoIdentityProviderClient, CompleteWebAuthnRegistrationCommand, InitiateAuthCommand, ListWebAuthnCredentialsCommand, RespondToAuthChallengeCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';

const commands = {
  CompleteWebAuthnRegistration: CompleteWebAuthnRegistrationCommand, InitiateAuth: InitiateAuthCommand, ListWebAuthnCredentials: ListWebAuthnCredentialsCommand,
  RespondToAuthChallenge: RespondToAuthChallengeCommand, StartWebAuthnRegistration: StartWebAuthnRegistrationCommand,
};
let sdk;

window.auth = auth;
window.configure = async ({ userPoolId, userPoolClientId, endpoint, region }) => {
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: endpoint } } });
  sdk = new CognitoIdentityProviderClient({ endpoint, region, maxAttempts: 1 });
};

/** An operation through the AWS SDK. */
window.call = (operation, request) => sdk.send(new commands[operation](request));

/** A passkey by the browser's own means. */
window.create = async (options, changes = {}) =>
  (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON({ ...options, ...changes }) })).toJSON();
window.use = async (options, changes = {}) =>
  (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({ ...JSON.parse(options), ...changes }) })).toJSON();
