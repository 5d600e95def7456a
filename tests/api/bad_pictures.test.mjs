import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused, assertRefusedPlainly } from './support/client.mjs';
import { distinct, fixture, unreadable } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';

let server;
let tina;
let job;
before(async () => {
  server = await startServer({ 'images.max_upload_bytes': 4 << 20 });
  tina = await server.as('technician', 'tina');
  job = (await tina.newJob()).id;
});
after(() => server?.stop());

for (const [what, bytes] of Object.entries(unreadable)) {
  test(`${what} is refused in both forms and leaves nothing`, async () => {
    await leavesNothing(server, async () => {
      assertRefusedPlainly(await tina.addToJob(job, bytes), [400, 413]);
      assertRefused(await tina.uploadPhoto(bytes), [400, 413, 415, 422]);
    });
  });
}

test('a file above the limit is refused while it comes, and leaves nothing', async () => {
  const large = distinct(Buffer.concat([fixture('plain.jpg'), Buffer.alloc(5 << 20)]), 'large');
  await leavesNothing(server, async () => {
    assertRefusedPlainly(await tina.addToJob(job, large), 413);
    assertRefused(await tina.uploadPhoto(large), 413);
  });
});

test('a polyglot is a picture and is served as nothing else', async () => {
  const script = '<html><script>alert(1)</script></html>';
  const bytes = Buffer.concat([distinct(fixture('plain.jpg'), script), Buffer.from(`${script}PK\x05\x06`)]);
  const image = { bytes, name: 'page.html', type: 'text/html' };
  const answer = await tina.upload('/api/v1/images/photos/upload/', { image });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  for (const url of [answer.body.original_url, answer.body.display_url]) {
    const served = await tina.get(url);
    assert.equal(served.headers.get('content-type'), 'image/jpeg');
    assert.equal(served.headers.get('x-content-type-options'), 'nosniff');
  }
  assert.equal((await tina.get(answer.body.display_url)).bytes.includes(script), false);
});

test('a partly readable picture is kept and marked where the sender asks for that', async () => {
  const cut = fixture('large.jpg').subarray(0, Math.floor(fixture('large.jpg').length * 0.7));
  assertRefused(await tina.uploadPhoto(cut), [400, 422]);
  const kept = await tina.uploadPhoto(cut, { allow_damaged: 'true' });
  assert.equal(kept.status, 201, JSON.stringify(kept.body));
  const { body } = await tina.get(`/api/v1/images/photos/${kept.body.id}`);
  assert.equal(body.damaged, true);
  assert.ok(body.damage.length > 0);
  assert.ok((await tina.get(body.original_url)).bytes.equals(cut));
  assert.equal((await tina.get(body.display_url)).status, 200);
});

test('names never become paths, and come back only as words', async () => {
  const names = ['../../etc/passwd', '..\\..\\boot.ini', '/absolute.jpg', 'C:\\x.jpg', '🦊🦊.jpg', 'x'.repeat(4000), '.', '..', '.hidden', 'a b;c&d|e$(f).jpg', 'no-extension', 'img.php.jpg', 'ä'.repeat(600), '%2e%2e%2fx.jpg', ' '];
  const own = (await tina.newJob({ title: 'Names' })).id;
  for (const [at, name] of names.entries()) {
    const image = { bytes: distinct(fixture('plain.jpg'), `name ${at}`), name };
    const answer = await tina.upload(`/job/${own}/add_image`, { image });
    assert.equal(answer.status, 200, `${name.slice(0, 40)}: ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.filename, /^img_\d{8}_\d{6}_[0-9a-f]{6}(_\d+)?\.jpg$/);
  }
  const { body } = await tina.get(`/api/v1/images/photos/?job=${own}&limit=500`);
  assert.equal(body.results.length, names.length);
  for (const photo of body.results) {
    assert.doesNotMatch(photo.original_filename, /[/\\\u0000-\u001f]/);
    assert.ok(Buffer.byteLength(photo.original_filename) <= 1024);
  }
});

test('the server is as well as before', async () => {
  assert.ok(server.isRunning);
  assert.equal((await tina.get('/health')).body.status, 'ok');
  assert.equal((await tina.addToJob(job, distinct(fixture('plain.jpg'), 'still well'))).status, 200);
});
