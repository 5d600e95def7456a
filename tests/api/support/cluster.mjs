// Several nodes on one PostgreSQL database and one bucket, as an installation of more than one machine has them.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, gatewayIsAbsent } from './gateway.mjs';
import { noPostgres, startPostgres } from './postgres.mjs';
import { freePort, Server } from './server.mjs';

// Why there can be none, or false.
export const clusterIsAbsent = noPostgres || gatewayIsAbsent;

export class Cluster {
  nodes = [];

  async start() {
    this.gateway = new Gateway();
    this.postgres = await startPostgres();
    this.url = this.postgres.make('plant');
    await this.gateway.start();
    await this.gateway.makeBucket('plant');
  }

  // A node with a data directory of its own, not started; `accounts` are lines of that section.
  async addNode(accounts = 'login_attempts_per_minute = 1000') {
    const data = await mkdtemp(join(tmpdir(), 'sightglass-api-node-'));
    mkdirSync(join(data, 'keys'), { mode: 0o700 });
    const lines = `[database]
url = "${this.url}"
[storage]
s3_endpoint = "${this.gateway.endpoint}"
s3_bucket = "plant"
s3_access_key = "${this.gateway.accessKey}"
[accounts]
${accounts}
`;
    writeFileSync(join(data, 'sightglass.toml'), lines, { mode: 0o600 });
    writeFileSync(join(data, 'keys', 's3_secret_key'), `${this.gateway.secretKey}\n`, { mode: 0o600 });
    const node = new Server(data, await freePort(), {});
    this.nodes.push(node);
    return node;
  }

  // As a person would, who read what the refusing node said.
  copyKey(from, to) {
    copyFileSync(join(from.data, 'keys', 'jwt.key'), join(to.data, 'keys', 'jwt.key'));
    chmodSync(join(to.data, 'keys', 'jwt.key'), 0o600);
  }

  async stop() {
    for (const node of this.nodes) if (node.hasStarted) await node.stop();
    for (const node of this.nodes) await rm(node.data, { recursive: true, force: true });
    await this.gateway?.stop();
    await this.postgres?.stop();
  }
}
