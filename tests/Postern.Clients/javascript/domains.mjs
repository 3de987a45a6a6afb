// A pool with a domain, and clients that sign in at its pages: what the tests of OAuth and of the pages begin with.
import dns from 'node:dns';
import { randomBytes } from 'node:crypto';
import { CreateUserPoolClientCommand, CreateUserPoolDomainCommand } from '@aws-sdk/client-cognito-identity-provider';
import { endpoint, pool, userPools } from './postern.mjs';

// Names below "localhost" are this machine's (RFC 6761, §6.3). Browsers know it by themselves; Debian's resolver does not.
const lookup = dns.lookup;
dns.lookup = (name, ...more) => lookup(name.endsWith('.localhost') ? 'localhost' : name, ...more);

export const callback = 'http://localhost:3999/callback';
export const signedOut = 'http://localhost:3999/bye';
export const scopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/** A pool with a domain: its own address, where pages and endpoints live, and its issuer. */
export async function domain({ settings = {}, version = 2, server = userPools, at = endpoint } = {}) {
  const userPoolId = await pool(settings, server);
  const name = `d${randomBytes(6).toString('hex')}`;
  await server.send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: name, ManagedLoginVersion: version }));
  const { protocol, port } = new URL(at);
  const host = `${name}.auth.localhost:${port}`;
  return { userPoolId, name, host, base: `${protocol}//${host}`, issuer: `${endpoint}/${userPoolId}` };
}

/** A client of a pool for the pages; a confidential one by `GenerateSecret`. */
export async function application(UserPoolId, settings = {}, server = userPools) {
  const { UserPoolClient } = await server.send(new CreateUserPoolClientCommand({
    UserPoolId, ClientName: 'application', SupportedIdentityProviders: ['COGNITO'], CallbackURLs: [callback], LogoutURLs: [signedOut],
    AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ['code', 'implicit'], AllowedOAuthScopes: scopes, ...settings,
  }));
  return { id: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret };
}

/** The address of a page with a request for a code. */
export function pageOf(base, clientId, path = '/oauth2/authorize', more = {}) {
  const query = { response_type: 'code', client_id: clientId, redirect_uri: callback, state: 's', ...more };
  return `${base}${path}?${new URLSearchParams(query)}`;
}
