// Starts a server in a process group of its own, uploads until the line goes dead, and remembers what was acknowledged.
import { spawn, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

export const program = process.env.SIGHTGLASS_BIN ?? join(new URL('../../..', import.meta.url).pathname, 'build/release/sightglass');
const password = 'correct horse battery';

export function addAdministrator(data) {
  execFileSync(program, ['user', 'add', 'admin', '--role', 'administrator', '--password-stdin', '--data', data], {
    input: `${password}\n`,
  });
}

export class Server {
  constructor(data, port) {
    this.data = data;
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
  }

  async start() {
    this.process = spawn(
      program,
      ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, '--workers', '1', '--log-level', 'error'],
      { detached: true, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    this.exited = new Promise((resolve) => this.process.once('exit', resolve));
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      try {
        if ((await fetch(`${this.origin}/health`)).ok) break;
      } catch {
        // not listening yet
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (Date.now() >= deadline) throw new Error('the server did not become healthy');
    const answer = await fetch(`${this.origin}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    this.token = (await answer.json()).access_token;
    this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
  }

  // kill -9 of the server with its workers and decoders at once.
  async kill() {
    process.kill(-this.process.pid, 'SIGKILL');
    await this.exited;
    this.agent.destroy();
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.exited;
    this.agent.destroy();
  }

  headers(more = {}) {
    return { authorization: `Bearer ${this.token}`, ...more };
  }

  async json(path, options = {}) {
    const answer = await fetch(`${this.origin}${path}`, { ...options, headers: this.headers(options.headers) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  // Resolves to { status, body }; rejects when the connection dies.
  upload(path, image) {
    const boundary = `----campaign${randomBytes(8).toString('hex')}`;
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`),
      image,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.origin}${path}`, {
        method: 'POST',
        agent: this.agent,
        headers: this.headers({
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
        }),
      });
      outgoing.on('response', (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          // An answer cut off by the kill acknowledges nothing.
          if (!answer.complete) reject(new Error('answer cut off'));
          else resolve({ status: answer.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async originalHash(id) {
    const answer = await fetch(`${this.origin}/api/v1/images/photos/${id}/original`, { headers: this.headers() });
    if (!answer.ok) return `${answer.status} ${await answer.text()}`;
    return sha256(Buffer.from(await answer.arrayBuffer()));
  }
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// The same picture with bytes of its own: a comment segment after the first marker.
export function uniqueJpeg(base, extraBytes = 64) {
  const length = Math.max(16, Math.min(60_000, extraBytes));
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, (length + 2) >> 8, (length + 2) & 255]), randomBytes(length)]);
  return Buffer.concat([base.subarray(0, 2), comment, base.subarray(2)]);
}

export function check(data, ...more) {
  try {
    const text = execFileSync(program, ['check', '--json', '--grace-minutes', '0', '--data', data, ...more], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    return JSON.parse(text);
  } catch (error) {
    if (error.stdout) return JSON.parse(error.stdout);
    throw error;
  }
}

export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

export function readBasePicture() {
  const shared = process.env.SIGHTGLASS_SHARED;
  const path = shared && join(shared, 'data/large_photos/Oppo_R7_Plus.jpg');
  return path && existsSync(path) ? readFileSync(path) : readFileSync(new URL('../../fixtures/photo.jpg', import.meta.url));
}
