// Starts the real server on an empty data directory and a free port, and takes it down again.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from './client.mjs';
import { Conformance } from './conformance.mjs';
import { freePort } from './ports.mjs';

export { freePort };

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const binary = process.env.SIGHTGLASS_BIN ?? join(root, 'build', 'release', 'sightglass');
export const shared = process.env.SIGHTGLASS_SHARED ?? join(root, '..', 'shared');
export const password = 'a good long passphrase';

// How much longer than a release build the one under test may take; ./test sets it for builds with sanitizers.
export const patience = Number(process.env.SIGHTGLASS_TEST_PATIENCE ?? 1);
const startDeadline = 20_000 * patience; // milliseconds
const stopDeadline = 20_000 * patience;
// What a build with sanitizers writes when it has found something, in the server or in a process that it started.
const finding = /(ERROR|WARNING): \w+Sanitizer|runtime error: /;

export class Server {
  #process;
  #tokens = new Map();
  log = '';

  constructor(data, port, settings, models) {
    this.models = models;
    this.data = data;
    this.port = port;
    this.base = `http://127.0.0.1:${port}`;
    this.settings = settings;
  }

  async start() {
    const flags = Object.entries(this.settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const listen = `127.0.0.1:${this.port}`;
    // The models that come along are a hundred megabytes to copy, and most tests are of something else.
    const env = this.models ? process.env : { ...process.env, SIGHTGLASS_MODELS: join(this.data, 'none') };
    this.#process = spawn(binary, ['serve', '--data', this.data, '--listen', listen, '--workers', '1', ...flags], { env });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.log += text));
    }
    await this.#untilHealthy();
    this.conformance ??= await Conformance.of(this.base);
  }

  async #untilHealthy() {
    const end = Date.now() + startDeadline;
    while (Date.now() < end) {
      if (this.#process.exitCode !== null) throw new Error(`the server ended at its start:\n${this.log}`);
      const answer = await fetch(`${this.base}/health`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return;
      await pause(20);
    }
    throw new Error(`the server was not healthy in time:\n${this.log}`);
  }

  get pid() {
    return this.#process.pid;
  }

  get isRunning() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  // kill -9, as a power cut would end it; start() begins anew on the same data.
  async kill() {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  async stop({ keepsData = false } = {}) {
    if (this.isRunning) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const isLate = await Promise.race([ended.then(() => false), pause(stopDeadline, true, { ref: false })]);
      if (isLate) this.#process.kill('SIGKILL');
      await ended;
      if (isLate) throw new Error(`the server did not stop in time:\n${this.log.slice(-4000)}`);
      const found = this.log.search(finding);
      if (found >= 0) throw new Error(`a sanitizer found something:\n${this.log.slice(found, found + 8000)}`);
    }
    if (!keepsData) await rm(this.data, { recursive: true, force: true });
  }

  // `sightglass user add`, as an administrator would at the shell.
  addUser(name, role) {
    const flags = ['user', 'add', name, '--role', role, '--password-stdin', '--data', this.data];
    const { status, stderr } = spawnSync(binary, flags, { input: `${password}\n`, encoding: 'utf8' });
    if (status !== 0) throw new Error(`user add ended with ${status}: ${stderr}`);
  }

  // A client signed in as the user `role`, who is made when first asked for.
  async as(role, name = role) {
    if (!this.#tokens.has(name)) {
      this.addUser(name, role);
      this.#tokens.set(name, await this.anonymous().login(name, password));
    }
    return new Client(this, this.#tokens.get(name));
  }

  anonymous() {
    return new Client(this, null);
  }

  withToken(token) {
    return new Client(this, token);
  }
}

// One server for a whole test file; `settings` are "section.name": value. With `models` those that ./setup made.
export async function startServer(settings = {}, { models = false } = {}) {
  if (!existsSync(binary)) throw new Error(`no server at ${binary}: build it or set SIGHTGLASS_BIN`);
  const data = await mkdtemp(join(tmpdir(), 'sightglass-api-'));
  const generous = { 'accounts.login_attempts_per_minute': 1000, ...settings };
  const server = new Server(data, await freePort(), generous, models);
  await server.start();
  return server;
}
