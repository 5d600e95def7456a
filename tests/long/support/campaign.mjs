// Starts a server in a process group of its own, uploads until the line goes dead, and remembers what was acknowledged.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { basename, join } from 'node:path';
import { freePort } from '../../api/support/ports.mjs';

export const root = new URL('../../..', import.meta.url).pathname;
export const program = process.env.SIGHTGLASS_BIN ?? join(root, 'build/release/sightglass');
export const shared = process.env.SIGHTGLASS_SHARED ?? join(root, '../shared');
const password = 'correct horse battery';

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Runs a command of the program; never throws for its exit code.
export function command(data, ...more) {
  const { status, signal, stdout, stderr } = spawnSync(program, [...more, '--data', data], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  });
  return { status, signal, stdout, stderr };
}

export function addAdministrator(data) {
  execFileSync(program, ['user', 'add', 'admin', '--role', 'administrator', '--password-stdin', '--data', data], {
    input: `${password}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

// Gives a user that `rebuild` brought back, disabled, a password, and lets them in.
export function letIn(data, name) {
  execFileSync(program, ['user', 'password', name, '--password-stdin', '--data', data], {
    input: `${password}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  execFileSync(program, ['user', 'enable', name, '--data', data], { stdio: 'ignore' });
}

// { pid: parent } of every process that lives; a dead one that nobody has waited for does not count.
function livingProcesses() {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ');
      if (state !== 'Z' && state !== 'X') parents.set(Number(name), Number(parent));
    } catch {
      // ended while we looked
    }
  }
  return parents;
}

function descendantsOf(pid) {
  const parents = livingProcesses();
  const found = [pid];
  for (let at = 0; at < found.length; at += 1) {
    for (const [child, parent] of parents) if (parent === found[at]) found.push(child);
  }
  return found.slice(1);
}

function isOurs(pid) {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('sightglass');
  } catch {
    return false;
  }
}

// Peak of resident memory in KiB, of each kind of process below and with the server.
export function peaksOf(pid) {
  const peaks = {};
  for (const one of [pid, ...descendantsOf(pid)]) {
    try {
      const words = readFileSync(`/proc/${one}/cmdline`, 'utf8').split('\0');
      const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))[1]);
      const kind = `${basename(words[0])} ${words[1]}`;
      peaks[kind] = Math.max(peaks[kind] ?? 0, peak);
    } catch {
      // ended while we looked
    }
  }
  return peaks;
}

export class Server {
  constructor(data, ...flags) {
    this.data = data;
    this.flags = flags;
  }

  async start() {
    this.port = await freePort();
    this.origin = `http://127.0.0.1:${this.port}`;
    const flags = ['--workers', '1', '--log-level', 'error', '--set', 'accounts.login_attempts_per_minute=1000'];
    const begun = performance.now();
    this.process = spawn(program, ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, ...flags, ...this.flags], {
      detached: true,
      stdio: ['ignore', 'ignore', process.env.SIGHTGLASS_LOG ? 'inherit' : 'ignore'],
    });
    this.exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
    try {
      await this.#untilHealthy();
      this.startMilliseconds = performance.now() - begun;
      await this.#signIn();
    } catch (error) {
      if (this.process.exitCode === null) await this.kill();
      throw error;
    }
    return this;
  }

  async #untilHealthy() {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) throw new Error(`the server ended at its start with ${this.process.exitCode}`);
      try {
        const answer = await fetch(`${this.origin}/health`);
        await answer.arrayBuffer();
        if (answer.ok) return;
      } catch {
        // not listening yet
      }
      await pause(5);
    }
    throw new Error('the server did not become healthy');
  }

  async #signIn() {
    const answer = await fetch(`${this.origin}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(body)}`);
    this.token = body.access_token;
  }

  // kill -9 of the server with its workers and decoders at once. Resolves to the processes that outlived it.
  async kill() {
    const family = descendantsOf(this.process.pid);
    process.kill(-this.process.pid, 'SIGKILL');
    await this.exited;
    this.agent.destroy();
    const deadline = Date.now() + 2_000;
    const survivors = () => family.filter((pid) => livingProcesses().has(pid) && isOurs(pid));
    while (survivors().length > 0 && Date.now() < deadline) await pause(20);
    return survivors();
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.exited;
    this.agent.destroy();
  }

  headers(more = {}) {
    return { authorization: `Bearer ${this.token}`, ...more };
  }

  async request(path, options = {}) {
    return fetch(`${this.origin}${path}`, { ...options, headers: this.headers(options.headers) });
  }

  async json(path, options = {}) {
    const answer = await this.request(path, options);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  post(path, value) {
    return this.json(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
  }

  // Every photo, page after page.
  async photos(query = '') {
    const all = [];
    let cursor = '';
    do {
      const page = await this.json(`/api/v1/images/photos/?limit=500${query}${cursor && `&cursor=${cursor}`}`);
      all.push(...page.results);
      cursor = page.next;
    } while (cursor);
    return all;
  }

  // Resolves to { status, headers, body }; rejects when the connection dies. `fields` are texts beside the image.
  upload(path, image, fields = {}, filename = 'a.jpg') {
    const boundary = `----campaign${randomBytes(8).toString('hex')}`;
    const texts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const body = Buffer.concat([
      Buffer.from(texts.join('')),
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="${filename}"\r\n\r\n`),
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
          if (!answer.complete) return reject(new Error('answer cut off'));
          const text = Buffer.concat(chunks).toString();
          return resolve({ status: answer.statusCode, headers: answer.headers, body: JSON.parse(text) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async originalHash(id) {
    const answer = await this.request(`/api/v1/images/photos/${id}/original`);
    if (!answer.ok) return `${answer.status} ${await answer.text()}`;
    return sha256(Buffer.from(await answer.arrayBuffer()));
  }

  // Waits until no photo is in work any more; the counts of what is left when time runs out.
  async untilProcessed(milliseconds) {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const pending = await this.photos('&status=PENDING');
      const processing = await this.photos('&status=PROCESSING');
      if (pending.length + processing.length === 0) return 0;
      if (Date.now() > deadline) return pending.length + processing.length;
      await pause(200);
    }
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
  const { stdout, stderr } = command(data, 'check', '--json', '--grace-minutes', '0', ...more);
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

export const fixture = (name) => readFileSync(join(root, 'tests/api/fixtures', name));

// A phone's picture of 13 megapixels where there is one, else the largest of the fixtures.
export function readBasePicture() {
  const path = join(shared, 'data/large_photos/Oppo_R7_Plus.jpg');
  return existsSync(path) ? readFileSync(path) : fixture('large.jpg');
}
