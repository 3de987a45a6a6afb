// Back-channel logout (OpenID Connect Back-Channel Logout 1.0): real applications of express-openid-connect, which verifies logout tokens by itself,
// and jose with the checks of the specification.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { AdminUserGlobalSignOutCommand, DescribeUserPoolCommand, TagResourceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { password, user, userPools } from './postern.mjs';
import { application, callback, domain, pageOf } from './domains.mjs';
import { Visitor } from './visitor.mjs';

const event = 'http://schemas.openid.net/event/backchannel-logout';
// express-openid-connect requires modules of the newer kind, which Debian's Node.js 18 can't.
const [major, minor] = process.versions.node.split('.').map(Number);
const skip = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? false : 'express-openid-connect wants Node.js 20.19';

const running = [];
let shared, sub;

const tag = async tags => {
  const { UserPool } = await userPools.send(new DescribeUserPoolCommand({ UserPoolId: shared.userPoolId }));
  await userPools.send(new TagResourceCommand({ ResourceArn: UserPool.Arn, Tags: tags }));
};

before(async () => {
  shared = await domain();
  sub = await user(shared.userPoolId, 'alice');
  await tag({ 'postern:backchannel-logout': 'true' });
});

after(() => running.forEach(server => server.close()));

const listen = async server => {
  running.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return server.address().port;
};

/** What tests wait for: the next value that was put in, in order. */
class Waiting {
  #values = [];
  #waiting = [];

  put(value) {
    const first = this.#waiting.shift();
    first ? first(value) : this.#values.push(value);
  }

  next() {
    return this.#values.length > 0 ? Promise.resolve(this.#values.shift()) : new Promise(resolve => this.#waiting.push(resolve));
  }
}

/** An application, with a session of its own: its address, its client, and the logouts that it was told of and took. */
async function expressApplication() {
  const { default: express } = await import('express');
  const { auth } = (await import('express-openid-connect')).default;
  const app = express();
  const port = await listen(createServer(app));
  const base = `http://localhost:${port}`;
  const client = await application(shared.userPoolId, { GenerateSecret: true, CallbackURLs: [`${base}/callback`], LogoutURLs: [base] });
  await tag({ [`postern:backchannel-logout-uri:${client.id}`]: `http://127.0.0.1:${port}/backchannel-logout` });
  const [kept, told] = [new Map(), new Waiting()];
  const store = {
    get: (name, done) => done(null, kept.get(name)),
    set: (name, value, done) => { kept.set(name, value); told.put(name); done(null); },
    destroy: (name, done) => { kept.delete(name); done(null); },
  };
  app.use(auth({
    issuerBaseURL: shared.issuer, baseURL: base, clientID: client.id, clientSecret: client.secret, secret: randomBytes(32).toString('hex'),
    authRequired: false, idpLogout: true, backchannelLogout: { store }, authorizationParams: { response_type: 'code', scope: 'openid email' },
  }));
  app.get('/', (request, answer) => answer.json({ email: request.oidc.user?.email ?? null, sid: request.oidc.idTokenClaims?.sid ?? null }));
  return { base, client, told };
}

/** What an application shows its visitor. */
async function seen(visitor, { base }) {
  await visitor.open(base);
  return JSON.parse(visitor.html);
}

test('express-openid-connect ends the session of one application when its user signs out at another', { skip }, async () => {
  const [one, other] = [await expressApplication(), await expressApplication()];
  const visitor = new Visitor('http://nowhere.example');
  await visitor.open(`${one.base}/login`);
  await visitor.submit({ username: 'alice', password: password });
  await visitor.open(`${other.base}/login`); // the browser is signed in already
  const [first, second] = [await seen(visitor, one), await seen(visitor, other)];
  assert.deepEqual([first.email, second.email], ['alice@example.com', 'alice@example.com']);
  assert.equal(first.sid, second.sid);

  await visitor.open(`${one.base}/logout`);
  assert.equal(visitor.url.href, `${one.base}/`);
  const names = [await other.told.next(), await other.told.next()];
  assert.deepEqual(names.sort(), [`${shared.issuer}|${first.sid}`, `${shared.issuer}|${sub}`].sort());
  assert.deepEqual(await seen(visitor, other), { email: null, sid: null });
});

test('express-openid-connect ends every session of a user whom an administrator signs out', { skip }, async () => {
  const app = await expressApplication();
  const visitor = new Visitor('http://nowhere.example');
  await visitor.open(`${app.base}/login`);
  await visitor.submit({ username: 'alice', password: password });
  assert.equal((await seen(visitor, app)).email, 'alice@example.com');
  await userPools.send(new AdminUserGlobalSignOutCommand({ UserPoolId: shared.userPoolId, Username: 'alice' }));
  assert.equal(await app.told.next(), `${shared.issuer}|${sub}`);
  assert.deepEqual(await seen(visitor, app), { email: null, sid: null });
});

test('jose verifies a logout token as the specification says, and a failed delivery comes again', async () => {
  const told = new Waiting();
  let answers = 0;
  const port = await listen(createServer(async (request, answer) => {
    let body = '';
    for await (const chunk of request)
      body += chunk;
    told.put({ method: request.method, type: request.headers['content-type'], form: new URLSearchParams(body) });
    answer.writeHead(answers++ === 0 ? 503 : 204).end();
  }));
  const client = await application(shared.userPoolId);
  await tag({ [`postern:backchannel-logout-uri:${client.id}`]: `http://127.0.0.1:${port}/out` });
  const visitor = new Visitor();
  const { code } = await visitor.signIn(pageOf(shared.base, client.id), 'alice');
  const exchanged = await fetch(`${shared.base}/oauth2/token`, {
    method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: client.id, code, redirect_uri: callback }) });
  const { sid } = decodeJwt((await exchanged.json()).id_token);
  await visitor.open(`${shared.base}/logout?client_id=${client.id}`);

  const keys = createRemoteJWKSet(new URL(`${shared.issuer}/.well-known/jwks.json`));
  const ids = new Set();
  for (let attempt = 0; attempt < 2; attempt++) {
    const { method, type, form } = await told.next();
    assert.deepEqual([method, type, [...form.keys()]], ['POST', 'application/x-www-form-urlencoded', ['logout_token']]);
    const { payload } = await jwtVerify(form.get('logout_token'), keys, {
      issuer: shared.issuer, audience: client.id, typ: 'logout+jwt', algorithms: ['RS256'], maxTokenAge: '2m', requiredClaims: ['iat', 'exp', 'jti', 'events'] });
    assert.deepEqual([payload.sub, payload.sid, payload.events, payload.nonce], [sub, sid, { [event]: {} }, undefined]);
    ids.add(payload.jti);
  }
  assert.equal(ids.size, 2);
});
