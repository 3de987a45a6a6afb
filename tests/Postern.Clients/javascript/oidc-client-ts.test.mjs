// oidc-client-ts, what React applications sign in with (react-oidc-context stands on it): its client with a store in memory.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { user } from './postern.mjs';
import { application, callback, domain, signedOut } from './domains.mjs';
import { Visitor } from './visitor.mjs';

const { InMemoryWebStorage, OidcClient, WebStorageStateStore } = await import('oidc-client-ts'); // it wants the crypto that postern.mjs puts in its place

let shared, sub, id;
before(async () => {
  shared = await domain();
  sub = await user(shared.userPoolId, 'alice');
  ({ id } = await application(shared.userPoolId));
});

const client = (more = {}) => new OidcClient({
  authority: shared.issuer, client_id: id, redirect_uri: callback, post_logout_redirect_uri: signedOut, scope: 'openid email', loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }), ...more });

test('oidc-client-ts signs in by the issuer alone, reads the profile, refreshes and signs out', async () => {
  const oidc = client(), visitor = new Visitor();
  const { url } = await oidc.createSigninRequest({ state: { place: 'where=+I was/é' }, nonce: 'n-0S6' });
  await visitor.signIn(url, 'alice');
  const signedIn = await oidc.processSigninResponse(visitor.url.href);
  assert.deepEqual([signedIn.profile.sub, signedIn.profile.email, signedIn.profile.username], [sub, 'alice@example.com', 'alice']);
  assert.deepEqual([signedIn.userState, signedIn.token_type], [{ place: 'where=+I was/é' }, 'Bearer']);
  const refreshed = await oidc.useRefreshToken({ state: { ...signedIn, data: undefined, session_state: null } });
  assert.notEqual(refreshed.access_token, signedIn.access_token);

  const out = await oidc.createSignoutRequest({ extraQueryParams: { logout_uri: signedOut } });
  await visitor.open(out.url);
  assert.equal(visitor.url.href.split('?')[0], signedOut);
  const silent = await oidc.createSigninRequest({ prompt: 'none' });
  await visitor.open(silent.url);
  await assert.rejects(oidc.processSigninResponse(visitor.url.href), { name: 'ErrorResponse', error: 'login_required' });
});

test('oidc-client-ts signs out by what OpenID Connect calls the parameters, too', async () => {
  const oidc = client(), visitor = new Visitor();
  await visitor.signIn((await oidc.createSigninRequest({})).url, 'alice');
  const { id_token } = await oidc.processSigninResponse(visitor.url.href);
  const { url } = await oidc.createSignoutRequest({ id_token_hint: id_token, state: 'bye' });
  await visitor.open(url);
  assert.equal(visitor.url.href.split('?')[0], signedOut);
});
