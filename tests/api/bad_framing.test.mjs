import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { exchange, filePart, multipart, requestBytes, statusOf, textPart } from './support/raw.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';

const boundary = 'the-boundary';
const picture = fixture('plain.jpg');

let server;
let headers;
let form; // headers of a rightly framed form
let paths;
before(async () => {
  server = await startServer();
  const tina = await server.as('technician', 'tina');
  const job = (await tina.newJob()).id;
  headers = { Authorization: `Bearer ${tina.token}` };
  form = typed(`multipart/form-data; boundary=${boundary}`);
  paths = [`/job/${job}/add_image`, '/api/v1/images/photos/upload/'];
});
after(() => server?.stop());

const typed = (type) => ({ ...headers, 'Content-Type': type });

async function send(path, withHeaders, body) {
  const answer = await exchange(server, requestBytes('POST', path, withHeaders, body));
  return { status: statusOf(answer), text: answer };
}

// Sends the body to both upload routes; each must answer one of `statuses`, and nothing may be left.
async function refusedEverywhere(withHeaders, body, statuses = [400, 413, 415, 422]) {
  await leavesNothing(server, async () => {
    for (const path of paths) {
      const { status, text } = await send(path, withHeaders, body);
      assert.ok(statuses.includes(status), `${path}: ${status}\n${text.slice(0, 600)}`);
      assert.match(text, /"error"/);
    }
  });
}

const good = multipart(boundary, [filePart(picture)]);

test('the form itself is right: it is taken on both routes', async () => {
  for (const path of paths) {
    const { status, text } = await send(path, form, multipart(boundary, [filePart(distinct(picture, path))]));
    assert.ok([200, 201].includes(status), text);
  }
});

test('a body that is no form is refused', async () => {
  await refusedEverywhere(typed('application/json'), '{}', [400, 415]);
  await refusedEverywhere(typed('image/jpeg'), picture, [400, 415]);
  await refusedEverywhere(typed('application/x-www-form-urlencoded'), 'image=x', [400, 415]);
  await refusedEverywhere(headers, good, [400, 415]);
});

test('a missing, empty or overlong boundary is refused', async () => {
  await refusedEverywhere(typed('multipart/form-data'), good, [400, 415]);
  await refusedEverywhere(typed('multipart/form-data; boundary='), good, [400, 415]);
  await refusedEverywhere(typed('multipart/form-data; boundary=""'), good, [400, 415]);
  await refusedEverywhere(typed(`multipart/form-data; boundary=${'b'.repeat(300)}`), good, [400, 415]);
});

test('a boundary that never comes, or never ends, is refused', async () => {
  await refusedEverywhere(typed('multipart/form-data; boundary=other'), good);
  await refusedEverywhere(form, good.subarray(0, good.length - boundary.length - 6));
  await refusedEverywhere(form, good.subarray(0, 60));
  await refusedEverywhere(form, '');
  await refusedEverywhere(form, `--${boundary}--\r\n`);
});

test('parts without a name, without headers or with broken ones are refused', async () => {
  const broken = [
    ['Content-Type: image/jpeg'],
    ['Content-Disposition: form-data'],
    ['Content-Disposition: attachment; name="image"; filename="x.jpg"'],
    ['no colon here'],
    ['Content-Disposition: form-data; name="image"; filename="never ends'],
    [`Content-Disposition: form-data; name="${'n'.repeat(20_000)}"`],
    [`X-Large: ${'x'.repeat(70_000)}`, 'Content-Disposition: form-data; name="image"; filename="x.jpg"'],
    Array.from({ length: 500 }, (_, i) => `X-${i}: y`),
  ];
  for (const lines of broken) await refusedEverywhere(form, multipart(boundary, [{ headers: lines, bytes: picture }]));
});

test('NUL in a name or a file name is no way in', async () => {
  await refusedEverywhere(form, multipart(boundary, [filePart(picture, 'x.jpg', 'ima\0ge')]));
  const { status } = await send(paths[1], form, multipart(boundary, [filePart(distinct(picture, 'nul'), 'a.jpg\0.exe')]));
  assert.ok([201, 400, 422].includes(status), String(status));
});

test('thousands of parts are refused', async () => {
  const parts = Array.from({ length: 5000 }, (_, i) => textPart(`field${i}`, 'x'));
  await refusedEverywhere(form, multipart(boundary, [...parts, filePart(picture)]));
  await refusedEverywhere(form, multipart(boundary, Array.from({ length: 5000 }, () => textPart('tags', 'x'))));
  await refusedEverywhere(form, multipart(boundary, Array.from({ length: 50 }, () => filePart(picture))));
});

test('a field as large as a file is refused', async () => {
  await refusedEverywhere(form, multipart(boundary, [textPart('description', 'x'.repeat(2 << 20)), filePart(picture)]));
});

test('two pictures in one form are refused', async () => {
  await refusedEverywhere(form, multipart(boundary, [filePart(picture), filePart(picture)]));
});

test('a picture before its fields is as good as after them', async () => {
  const body = multipart(boundary, [filePart(distinct(picture, 'first')), textPart('description', 'after')]);
  const { status, text } = await send(paths[1], form, body);
  assert.equal(status, 201, text);
});

test('a connection that breaks off in the middle leaves nothing', async () => {
  await leavesNothing(server, async () => {
    for (const path of paths) {
      const bytes = requestBytes('POST', path, { ...form, 'Content-Length': good.length }, good.subarray(0, 900));
      await new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes, () => socket.destroy()));
        socket.on('close', resolve);
        socket.on('error', () => undefined);
      });
    }
  });
});

test('lengths that contradict each other or make no sense are refused', async () => {
  const cases = [
    { 'Content-Length': '-1' },
    { 'Content-Length': 'x' },
    { 'Content-Length': '99999999999999999999999' },
    { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' },
    { 'Transfer-Encoding': 'gzip' },
  ];
  for (const extra of cases) {
    const { status } = await send(paths[0], { ...form, ...extra }, good);
    assert.ok([0, 400, 411, 413, 501].includes(status), `${JSON.stringify(extra)}: ${status}`);
  }
  const { status } = await send(paths[0], { ...form, 'Content-Length': String(60 << 20) }, '');
  assert.equal(status, 413);
});

test('chunked bodies are taken, and broken ones refused', async () => {
  const body = multipart(boundary, [filePart(distinct(picture, 'chunked'))]);
  const middle = Math.floor(body.length / 2);
  const chunk = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const chunked = { ...form, 'Transfer-Encoding': 'chunked' };
  const whole = Buffer.concat([chunk(body.subarray(0, middle)), chunk(body.subarray(middle)), Buffer.from('0\r\n\r\n')]);
  const taken = await send(paths[1], chunked, whole);
  assert.equal(taken.status, 201, taken.text);
  const broken = await send(paths[1], chunked, 'zz\r\nnot a chunk\r\n');
  assert.ok([0, 400].includes(broken.status), broken.text);
});

test('a client that waits for 100 Continue gets it', async () => {
  const body = multipart(boundary, [filePart(distinct(picture, 'expect'))]);
  const head = requestBytes('POST', paths[1], { ...form, Expect: '100-continue', 'Content-Length': body.length });
  const answer = await new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(head));
    let text = '';
    let isSent = false;
    const timer = setTimeout(() => reject(new Error(`no answer: ${text}`)), 10_000);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!isSent && text.includes('100 Continue')) {
        isSent = true;
        socket.write(body);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
  assert.match(answer, /^HTTP\/1\.1 100 /);
  assert.match(answer, /HTTP\/1\.1 201 /);
});

test('broken request lines and headers are refused', async () => {
  const lines = [
    'GET\r\n\r\n',
    'GET /health\r\n\r\n',
    'GET /health HTTP/9.9\r\nHost: x\r\n\r\n',
    'G\0T /health HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    `GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`,
    `GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX : y\r\n\r\n`,
  ];
  for (const line of lines) {
    const status = statusOf(await exchange(server, Buffer.from(line, 'latin1')).catch(() => ''));
    assert.ok([0, 400, 401, 404, 414, 431, 505].includes(status), `${line.slice(0, 60)}: ${status}`);
  }
});

test('the server is as well as before', async () => {
  assert.ok(server.isRunning);
  assert.equal((await server.anonymous().get('/health')).body.status, 'ok');
});
