import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { startServer } from './support/server.mjs';

let server;
let visitor;
before(async () => {
  server = await startServer();
  visitor = server.anonymous();
});
after(() => server?.stop());

test('health names each part, without a sign-in', async () => {
  for (const path of ['/health', '/health/']) {
    const { status, body } = await visitor.get(path);
    assert.equal(status, 200);
    assert.equal(body.status, 'ok');
    for (const part of ['camera', 'database', 'storage', 'queue']) assert.equal(typeof body[part].status, 'string', part);
    assert.equal(body.database.status, 'ok');
    assert.equal(body.storage.status, 'ok');
  }
});

test('metrics are in Prometheus’ text format', async () => {
  const { status, headers, body } = await visitor.get('/metrics');
  assert.equal(status, 200);
  assert.match(headers.get('content-type'), /^text\/plain/);
  const samples = body.trim().split('\n').filter((line) => !line.startsWith('#'));
  assert.ok(samples.length > 3);
  for (const line of samples) assert.match(line, /^[a-zA-Z_:][\w:]*(\{[^}]*\})? \S+$/);
  assert.match(body, /^# TYPE \S+ (counter|gauge|histogram|summary)$/m);
});

test('metrics tell how busy each pool is and how much it could take', async () => {
  const { body } = await visitor.get('/metrics');
  for (const pool of ['requests', 'uploads']) {
    for (const name of ['running', 'queued', 'refused', 'threads_max', 'queued_max']) {
      assert.match(body, new RegExp(`^sightglass_blocking_${name}\\{pool="${pool}"\\} \\d+$`, 'm'));
    }
  }
});

test('the documentation page loads only files of this server', async () => {
  const { status, headers, body } = await visitor.get('/api/docs');
  assert.equal(status, 200);
  assert.match(headers.get('content-type'), /^text\/html/);
  const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(files.some((file) => file.endsWith('swagger-ui-bundle.js')));
  for (const file of files) {
    assert.match(file, /^\//);
    const answer = await visitor.get(file);
    assert.equal(answer.status, 200, file);
    assert.ok(answer.bytes.length > 0);
  }
});

test('the document is OpenAPI 3.1', async () => {
  const { status, body } = await visitor.get('/api/openapi.json');
  assert.equal(status, 200);
  assert.match(body.openapi, /^3\.1\./);
});

test('pages run under a strict policy and load hashed files that may be kept for ever', async () => {
  const tina = await server.as('technician');
  const job = await tina.newJob();
  for (const path of ['/', '/jobs', `/job/${job.id}`, `/job/${job.id}/`, '/photos', '/sign-in', '/first-run']) {
    const page = await tina.get(path);
    assert.equal(page.status, 200, path);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
  }
  const { body } = await visitor.get('/');
  assert.doesNotMatch(body, /<style|<script(?![^>]*src=)/);
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(body);
  const asset = await visitor.get(script);
  assert.equal(asset.status, 200);
  assert.match(asset.headers.get('content-type'), /javascript/);
  assert.match(asset.headers.get('cache-control'), /immutable/);
});

test('a browser without a sign-in is led from a job to the sign-in page and back; a script is told', async () => {
  const browser = await visitor.get('/job/1?photo=2', { Accept: 'text/html,*/*' });
  assert.equal(browser.status, 303);
  assert.equal(browser.headers.get('location'), `/sign-in?next=${encodeURIComponent('/job/1?photo=2')}`);
  assertRefused(await visitor.get('/job/1'), 401);
  const viewer = await server.as('viewer');
  assertRefused(await viewer.get('/job/999999'), 404);
  const missing = await viewer.get('/job/999999', { Accept: 'text/html' });
  assert.equal(missing.status, 404);
  assert.match(missing.headers.get('content-type'), /^text\/html/);
});

test('unknown files are not found, and none outside the pages can be reached', async () => {
  for (const path of ['/assets/none.js', '/assets/..%2f..%2f..%2fCMakeLists.txt', '/assets/%2e%2e/index.html', '/swagger-ui/..%2f..%2fpackage.json', '/api/v1/none']) {
    const { status } = await visitor.get(path);
    assert.ok([400, 401, 404].includes(status), `${path}: ${status}`);
  }
});

test('a method that a route does not have is 405 and names those it has', async () => {
  const answer = await visitor.delete('/health');
  assert.equal(answer.status, 405);
  assert.match(answer.headers.get('allow'), /GET/);
});

test('JSON is compressed for those who ask', async () => {
  const client = await server.as('viewer');
  const { headers } = await client.get('/api/openapi.json', { 'Accept-Encoding': 'gzip' });
  assert.equal(headers.get('content-encoding'), 'gzip');
});

test('a request id that a client brings comes back, unless it is odd', async () => {
  const own = await visitor.get('/health', { 'X-Request-Id': 'from-outside-1' });
  assert.ok(own.headers.get('x-request-id').length > 0);
  const odd = await visitor.get('/health', { 'X-Request-Id': 'x'.repeat(5000) });
  assert.ok((odd.headers.get('x-request-id') ?? '').length < 200);
});
