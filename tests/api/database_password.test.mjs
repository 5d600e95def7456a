// The database's password in ~/.pgpass, which the sandboxed task worker cannot read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analysed } from './support/analysed.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { noPostgres, startPostgres } from './support/postgres.mjs';
import { binary, freePort, Server } from './support/server.mjs';

const options = { skip: noPostgres };
const password = 'correct horse battery';
let postgres;
let server;
let home;
before(async () => {
  if (noPostgres) return;
  postgres = await startPostgres({ password });
  home = await mkdtemp(join(tmpdir(), 'sightglass-api-home-'));
  await writeFile(join(home, '.pgpass'), `*:*:*:postgres:${password}\n`, { mode: 0o600 });
  const data = await mkdtemp(join(tmpdir(), 'sightglass-api-password-'));
  await writeFile(join(data, 'sightglass.toml'), `[database]\nurl = "${postgres.make('plant')}"\n`, { mode: 0o600 });
  server = new Server(data, await freePort(), {});
});
after(async () => {
  if (server?.hasStarted) await server.stop();
  await postgres?.stop();
  if (home) await rm(home, { recursive: true, force: true });
});

// What the environments of all processes of this data directory hold, by the program's mode.
function environments() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) . /s, '').split(' ')[0];
      return [{ pid, parent, mode: words[1], isOurs: words.includes(server.data), text: readFileSync(`/proc/${pid}/environ`, 'utf8') }];
    } catch {
      return []; // ended meanwhile
    }
  });
}

test('a server without the password says that the database refuses it', options, () => {
  const { status, stderr } = spawnSync(binary, ['serve', '--data', server.data, '--listen', '127.0.0.1:0'], {
    encoding: 'utf8', env: { ...process.env, HOME: '/nonexistent', PGPASSFILE: '/nonexistent' }, timeout: 60_000,
  });
  assert.equal(status, 1);
  assert.match(stderr, /The database cannot be reached.*no password supplied/s);
});

test('what stands in ~/.pgpass reaches the task worker, and no decoder', options, async () => {
  process.env.PGPASSFILE = join(home, '.pgpass');
  await server.start();
  server.hasStarted = true;
  const tina = await server.as('technician', 'tina');
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'password'));
  await analysed(tina, photo.id);
  const all = environments();
  const workers = all.filter(({ mode, isOurs }) => mode === 'tasks' && isOurs);
  assert.ok(workers.length > 0 && workers.every(({ text }) => text.includes(password)));
  const root = all.filter(({ mode, isOurs }) => mode === 'serve' && isOurs).concat(workers).map(({ pid }) => pid);
  const decoders = all.filter(({ mode, parent }) => mode === 'decode' && root.includes(parent));
  assert.ok(decoders.length > 0 && decoders.every(({ text }) => !text.includes(password)));
  assert.ok(!server.log.includes(password));
});
