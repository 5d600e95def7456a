// Nodes on one PostgreSQL database and one bucket, and clients that upload to whichever node answers.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { binary, freePort, password } from '../../api/support/server.mjs';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// One process of a node, in a group of its own so that its workers and decoders die with it.
export class Node {
  #process = null;

  constructor(cluster, role, name) {
    Object.assign(this, { cluster, role, name });
    this.data = join(cluster.folder, name);
  }

  get isRunning() {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async start() {
    const words = [this.role, '--data', this.data, '--name', this.name, '--workers', '1', '--log-level', 'info'];
    if (this.role === 'serve') {
      this.port ??= await freePort();
      words.push('--listen', `127.0.0.1:${this.port}`);
    }
    const log = openSync(join(this.cluster.folder, `${this.name}.log`), 'a');
    this.#process = spawn(binary, words, { detached: true, stdio: ['ignore', log, log], env: this.cluster.environment });
    if (this.role === 'serve') await this.untilHealthy();
  }

  async untilHealthy() {
    for (const end = Date.now() + 60_000; Date.now() < end; await pause(50)) {
      if (!this.isRunning) throw new Error(`${this.name} ended at its start`);
      const answer = await fetch(`http://127.0.0.1:${this.port}/health`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
    }
    throw new Error(`${this.name} is not healthy`);
  }

  async kill() {
    const ended = once(this.#process, 'exit');
    process.kill(-this.#process.pid, 'SIGKILL');
    await ended;
  }

  async stop() {
    if (!this.isRunning) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

// The data directories, made ready: users, and the first node's signing key for all.
export class Cluster {
  constructor(environment) {
    this.folder = mkdtempSync(join(tmpdir(), 'sightglass-cluster-'));
    this.environment = { ...process.env, ...environment };
    this.serving = ['serve-a', 'serve-b'].map((name) => new Node(this, 'serve', name));
    this.working = ['worker-a', 'worker-b'].map((name) => new Node(this, 'worker', name));
    this.nodes = [...this.serving, ...this.working];
  }

  command(...words) {
    const { status, stdout, stderr } = spawnSync(binary, [...words, '--data', this.serving[0].data], {
      env: this.environment,
      input: `${password}\n`,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    return { status, stdout, stderr };
  }

  async start() {
    const added = this.command('user', 'add', 'admin', '--role', 'administrator', '--password-stdin');
    if (added.status !== 0) throw new Error(added.stderr);
    for (const node of this.nodes.slice(1)) {
      mkdirSync(join(node.data, 'keys'), { recursive: true, mode: 0o700 });
      cpSync(join(this.serving[0].data, 'keys', 'jwt.key'), join(node.data, 'keys', 'jwt.key'));
    }
    for (const node of this.nodes) await node.start();
    await this.signIn();
  }

  async signIn() {
    const { access_token: token } = await this.post('/api/v1/auth/login', { username: 'admin', password });
    this.token = token;
  }

  async #answer(path, options = {}) {
    const node = this.serving.find((one) => one.isRunning);
    const headers = { ...(this.token && { authorization: `Bearer ${this.token}` }), ...options.headers };
    const answer = await fetch(`http://127.0.0.1:${node.port}${path}`, { ...options, headers });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${bytes}`);
    return bytes;
  }

  async get(path) {
    return JSON.parse(await this.#answer(path));
  }

  bytes(path) {
    return this.#answer(path);
  }

  async post(path, value) {
    const body = JSON.stringify(value);
    return JSON.parse(await this.#answer(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Clients that never tire: each sends one picture after the other, and goes to the other server when one fails.
export class Load {
  photos = new Map(); // acknowledged: id → SHA-256
  outcomes = []; // { at, ok, why }
  #isOver = false;
  #clients = [];

  constructor(cluster, picture) {
    Object.assign(this, { cluster, picture });
  }

  start(clients) {
    this.#clients = Array.from({ length: clients }, (_, number) => this.#run(number));
  }

  async stop() {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #run(number) {
    const { serving } = this.cluster;
    for (let at = number; !this.#isOver; ) {
      const image = this.#unique();
      try {
        this.photos.set(await this.#upload(serving[at % serving.length], image), sha256(image));
        this.outcomes.push({ at: Date.now(), ok: true });
        await pause(100);
      } catch (error) {
        this.outcomes.push({ at: Date.now(), ok: false, why: error.cause?.code ?? error.message });
        at += 1;
        await pause(200);
      }
    }
  }

  // The same picture with bytes of its own: a comment segment behind the first marker.
  #unique() {
    const words = randomBytes(200 + Math.floor(Math.random() * 30_000));
    const head = Buffer.from([0xff, 0xfe, (words.length + 2) >> 8, (words.length + 2) & 255]);
    return Buffer.concat([this.picture.subarray(0, 2), head, words, this.picture.subarray(2)]);
  }

  async #upload(node, image) {
    const form = new FormData();
    form.append('image', new Blob([image], { type: 'image/jpeg' }), 'a.jpg');
    const answer = await fetch(`http://127.0.0.1:${node.port}/api/v1/images/photos/upload/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.cluster.token}` },
      body: form,
      signal: AbortSignal.timeout(45_000),
    });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text).id;
  }

  // How many of the uploads since `from` failed, and when the first one succeeded again behind the last failure of
  // many; in milliseconds.
  since(from) {
    const outcomes = this.outcomes.filter(({ at }) => at >= from);
    const failed = outcomes.filter(({ ok }) => !ok);
    const lastFailure = failed.at(-1)?.at ?? from;
    const firstSuccess = outcomes.find(({ ok, at }) => ok && at > from)?.at;
    return { uploads: outcomes.length, failed: failed.length, untilFirst: firstSuccess - from, untilAll: lastFailure - from,
      why: [...new Set(failed.map(({ why }) => why))] };
  }
}
