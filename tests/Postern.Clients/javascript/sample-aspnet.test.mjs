// samples/aspnet-oidc as its README says: ASP.NET Core's own OpenID Connect handler, in Debian's chromium.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, afterEach, before, test } from 'node:test';
import { Browser } from './browser/visits.mjs';
import { endpoint } from './postern.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const sample = `${root}samples/aspnet-oidc`;
let browser, program, origin;

before(async () => {
  origin = `http://localhost:${await freePort()}`;
  await Promise.all([
    run('bash', ['-euc', `source "${root}eng/house.sh"; need_sdk; dotnet build "${sample}" -c Release --nologo -v q -p:UseSharedCompilation=false`]),
    run(`${sample}/pool.sh`, { env: { ...process.env, AWS_ENDPOINT_URL: endpoint, APPLICATION: origin } }),
  ]);
  program = spawn('bash', ['-euc', `source "${root}eng/house.sh"; need_sdk; exec dotnet bin/Release/net10.0/aspnet-oidc.dll "$@"`, 'sample',
    '--urls', origin, '--Postern:Authority', `${endpoint}/us-east-1_aspnet`], { cwd: sample, stdio: ['ignore', 'pipe', 'pipe'] });
  browser = await Browser.start();
  await answers(origin);
});
afterEach(() => browser.leave());
after(async () => {
  await browser?.stop();
  program?.kill();
});

test('ASP.NET Core sends its user to the page, shows the claims, and signs out of both', async () => {
  const visit = await browser.visit();
  const { page } = visit;
  await visit.open(origin);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await visit.submit({ username: 'alice', password: 'Passw0rd!' });
  await page.waitForURL(`${origin}/claims`);
  const claims = Object.fromEntries(await page.locator('dt').evaluateAll(terms => terms.map(term => [term.textContent, term.nextElementSibling.textContent])));
  assert.deepEqual([claims['cognito:username'], claims.email, claims.email_verified, claims.name, claims.token_use],
    ['alice', 'alice@example.com', 'true', 'Alice', 'id']);
  await page.getByRole('link', { name: 'Back' }).click();
  assert.equal(await page.locator('#name').innerText(), 'alice');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${origin}/`);
  assert.match(await page.locator('body').innerText(), /Nobody is signed in/);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.locator('[name=username]:visible').waitFor();
});

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Waits until the program listens; what it said where it ended instead. */
async function answers(url) {
  let said = '';
  program.stderr.on('data', data => { said += data; });
  program.stdout.on('data', data => { said += data; });
  for (;;) {
    if (program.exitCode !== null)
      assert.fail(`The sample ended with status ${program.exitCode}: ${said}`);
    if (await fetch(url).then(answer => answer.ok, () => false))
      return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
