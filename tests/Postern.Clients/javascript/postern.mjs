// The server under test, and a pool of its own for each test.
import assert from 'node:assert/strict';
import { createHmac, webcrypto } from 'node:crypto';
import {
  AdminCreateUserCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient, CreateUserPoolClientCommand, CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';

globalThis.crypto ??= webcrypto; // Debian's Node.js 18 has it, but not as a global.

export const endpoint = process.env.POSTERN_ENDPOINT;
export const region = 'us-east-1';
export const password = 'Passw0rd!2024';
export const otherPassword = 'An0ther!Passw0rd';
assert(endpoint, 'POSTERN_ENDPOINT names the server; tests/Postern.Clients/run sets it.');

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const at = endpoint => new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
export const userPools = at(endpoint);

export async function pool(settings = {}, server = userPools) {
  const answer = await server.send(new CreateUserPoolCommand({ PoolName: 'javascript', AutoVerifiedAttributes: ['email'], ...settings }));
  return answer.UserPool.Id;
}

export async function client(poolId, flows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], settings = {}, server = userPools) {
  const answer = await server.send(new CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: 'app', ExplicitAuthFlows: flows, ...settings }));
  return answer.UserPoolClient.ClientId;
}

/** A user as an administrator makes one, without the attributes that are null; with the temporary password still to be replaced where `temporary` is given. */
export async function user(poolId, name, { temporary, attributes = {}, server = userPools } = {}) {
  const all = { email: `${name}@example.com`, email_verified: 'true', ...attributes };
  const made = await server.send(new AdminCreateUserCommand({
    UserPoolId: poolId, Username: name, MessageAction: 'SUPPRESS', TemporaryPassword: temporary ?? 'Temp0rary!',
    UserAttributes: Object.entries(all).filter(([, Value]) => Value !== null).map(([Name, Value]) => ({ Name, Value })),
  }));
  if (!temporary)
    await server.send(new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: name, Password: password, Permanent: true }));
  return made.User.Attributes.find(attribute => attribute.Name === 'sub').Value;
}

export async function inbox(address) {
  const answer = await fetch(`${endpoint}/_postern/dev/inbox?to=${encodeURIComponent(address)}`);
  assert.equal(answer.status, 200);
  return answer.json();
}

/** The newest code that was sent to an address. */
export async function code(address, digits = 6) {
  const [newest] = await inbox(address);
  assert.match(newest?.code ?? '', new RegExp(`^\\d{${digits}}$`), `a message with a code to ${address}`);
  return newest.code;
}

export const mfa = (UserPoolId, settings) => userPools.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...settings }));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows, so many steps of thirty seconds from now: RFC 6238. A code works once; the server takes a step before and after. */
export function totp(secret, steps = 0) {
  const bits = [...secret].map(character => alphabet.indexOf(character).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(time).digest();
  return String((digest.readUInt32BE(digest.at(-1) & 15) & 0x7FFFFFFF) % 1_000_000).padStart(6, '0');
}
