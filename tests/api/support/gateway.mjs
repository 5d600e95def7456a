// A real S3 server for tests: a Ceph object gateway on loopback, with all its bytes in memory.
import { createHash, createHmac } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isFree } from './ports.mjs';
import { patience, shared } from './server.mjs';

const script = join(shared, 'tools', 'radosgw-up');
const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph'];

// Why there can be none, or false.
export const gatewayIsAbsent = [script, ...programs.map((name) => `/usr/bin/${name}`)].every((path) => existsSync(path))
  ? false
  : `S3 NOT TESTED: it needs ${script} and the packages ceph-mon, ceph-osd, ceph-common, radosgw`;

// The script also takes ports from a hundred above it.
async function freePorts() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 8000 + ((process.pid + tries * 37) % 55) * 200;
    if ((await isFree(port)) && (await isFree(port + 100)) && (await isFree(port + 101))) return port;
  }
  throw new Error('no free ports for the object gateway');
}

const hash = (text) => createHash('sha256').update(text).digest('hex');
const mac = (key, text) => createHmac('sha256', key).update(text).digest();

export class Gateway {
  accessKey = 'AKIATEST';
  secretKey = 'SECRETTEST';
  #guard;

  async start() {
    this.directory = await mkdtemp(join(tmpdir(), 'sightglass-radosgw-'));
    this.port = await freePorts();
    this.endpoint = `http://127.0.0.1:${this.port}`;
    // Ends the servers when this process does, however that ends: then nobody holds its standard input any more.
    const last = `read -r; kill -9 $(cat ${this.directory}/run/*.pid); rm -rf ${this.directory}`;
    this.#guard = spawn('setsid', ['bash', '-c', last], { stdio: ['pipe', 'ignore', 'ignore'] });
    const up = spawn('bash', [script, this.directory, String(this.port)], { stdio: 'ignore' });
    const [status] = await once(up, 'exit');
    if (status !== 0) throw new Error('the object gateway does not start');
  }

  async stop() {
    const ended = once(this.#guard, 'exit');
    this.#guard.stdin.end();
    await ended;
  }

  // Of all servers behind it.
  pids() {
    const folder = join(this.directory, 'run');
    return readdirSync(folder).filter((name) => name.endsWith('.pid')).map((name) => Number(readFileSync(join(folder, name), 'utf8')));
  }

  #signal(signal) {
    process.kill(Number(readFileSync(join(this.directory, 'run', 'client.rgw.pid'), 'utf8')), signal);
  }

  // The gateway alone, at once; what is stored stays.
  kill() {
    this.#signal('SIGKILL');
  }

  // Takes connections and answers nobody until it goes on.
  halt() {
    this.#signal('SIGSTOP');
  }

  goOn() {
    this.#signal('SIGCONT');
  }

  // Without waiting for an acknowledgement of what it sent before, which costs some 40 ms a request on loopback.
  async sendAtOnce() {
    const file = join(this.directory, 'ceph.conf');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^rgw frontends = beast .*$/m, '$& tcp_nodelay=1'));
    this.kill();
    await this.startAgain();
  }

  async startAgain() {
    spawnSync('radosgw', ['-c', join(this.directory, 'ceph.conf'), '-n', 'client.rgw'], { stdio: 'ignore' });
    for (const end = Date.now() + 30_000 * patience; Date.now() < end; await pause(50)) {
      const answer = await fetch(this.endpoint).catch(() => null);
      if (answer) return;
    }
    throw new Error('the object gateway does not start again');
  }

  // AWS Signature Version 4 of requests without a body, written independently of the server's.
  async request(method, path, query = {}) {
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const asked = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('=')).sort().join('&');
    const fields = `host:127.0.0.1:${this.port}\nx-amz-content-sha256:${hash('')}\nx-amz-date:${time}\n`;
    const names = 'host;x-amz-content-sha256;x-amz-date';
    const canonical = [method, path, asked, fields, names, hash('')].join('\n');
    const key = ['us-east-1', 's3', 'aws4_request'].reduce(mac, mac(`AWS4${this.secretKey}`, time.slice(0, 8)));
    const signature = mac(key, ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${this.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    const headers = { 'x-amz-date': time, 'x-amz-content-sha256': hash(''), authorization };
    return fetch(`${this.endpoint}${path}${asked && `?${asked}`}`, { method, headers });
  }

  async makeBucket(name) {
    const { status } = await this.request('PUT', `/${name}`);
    if (status !== 200) throw new Error(`the bucket was answered ${status}`);
  }

  // Up to a thousand.
  async keys(bucket, prefix = '') {
    const answer = await this.request('GET', `/${bucket}`, { 'list-type': '2', prefix });
    return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
  }
}
