// HTTPS with a certificate made for the test.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fixture } from './support/pictures.mjs';
import { filePart, multipart } from './support/raw.mjs';
import { binary, freePort, password } from './support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-tls-'));
const data = join(folder, 'data');
const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(folder, name));

let port;
let serving;
let log = '';

function run(program, flags, input) {
  const { status, stderr } = spawnSync(program, flags, { encoding: 'utf8', input });
  assert.equal(status, 0, `${program} ${flags[0]}: ${stderr}`);
}

before(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate, ...subject]);
  run(binary, ['user', 'add', 'tina', '--role', 'technician', '--password-stdin', '--data', data], `${password}\n`);
  port = await freePort();
  const flags = ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--workers', '0'];
  serving = spawn(binary, [...flags, '--tls-certificate', certificate, '--tls-key', key]);
  const isServing = new Promise((resolve, reject) => {
    serving.once('exit', () => reject(new Error(`the server ended at its start:\n${log}`)));
    serving.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (/ serving /.test(log)) resolve();
    });
  });
  await isServing;
});
after(async () => {
  if (serving?.exitCode === null) {
    const ended = once(serving, 'exit');
    serving.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

// `trust` are the certificates believed; by default only the server's own.
function send(method, path, { headers = {}, body, trust = readFileSync(certificate), ...more } = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, ca: trust, agent: false, ...more };
    const sent = request(options, async (answer) => {
      const chunks = await answer.toArray();
      const protocol = answer.socket?.getProtocol();
      resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks), protocol });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'Content-Type': 'application/json' };
const credentials = JSON.stringify({ username: 'tina', password });

test('the server speaks TLS 1.2 or newer with the certificate it was given', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const { status } = await send('GET', '/health', { minVersion: version, maxVersion: version });
    assert.equal(status, 200, version);
  }
  await assert.rejects(send('GET', '/health', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }));
  await assert.rejects(send('GET', '/health', { trust: [] }), /certificate/);
});

test('a picture goes up and comes back over TLS', async () => {
  const login = await send('POST', '/api/v1/auth/login', { headers: json, body: credentials });
  const headers = { Authorization: `Bearer ${JSON.parse(login.bytes).access_token}` };
  const form = { ...headers, 'Content-Type': 'multipart/form-data; boundary=b' };
  const bytes = fixture('large.jpg');
  const stored = await send('POST', '/api/v1/images/photos/upload/', { headers: form, body: multipart('b', [filePart(bytes)]) });
  assert.equal(stored.status, 201, stored.bytes.toString());
  const original = await send('GET', JSON.parse(stored.bytes).original_url, { headers });
  assert.ok(original.bytes.equals(bytes));
});

test('a session cookie over TLS is never sent without it', async () => {
  const { status, headers } = await send('POST', '/api/v1/auth/session', { headers: json, body: credentials });
  assert.equal(status, 200);
  assert.match(headers['set-cookie'][0], /; Secure/);
});

test('plain HTTP on the TLS port gets no answer', async () => {
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
  assert.equal((await send('GET', '/health')).status, 200);
});

test('a certificate without its key, or one that is none, is refused at the start by name', () => {
  const serve = (...flags) => spawnSync(binary, ['serve', '--data', data + '-2', '--listen', '127.0.0.1:0', ...flags], { encoding: 'utf8', timeout: 10_000 });
  const half = serve('--tls-certificate', certificate);
  assert.notEqual(half.status, 0);
  assert.match(half.stderr, /tls_key|tls-key/);
  const wrong = serve('--tls-certificate', key, '--tls-key', key);
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /tls_certificate|tls-certificate/);
});
