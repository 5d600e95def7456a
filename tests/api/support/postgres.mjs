// A PostgreSQL server on a socket of its own, for as long as a test file runs.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const programs = process.env.SIGHTGLASS_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

function whyNot() {
  if (process.env.SIGHTGLASS_ON_POSTGRES) return 'not beside on_postgres: it brings a server of its own';
  if (existsSync(join(programs, 'postgres'))) return false;
  return `NOT TESTED: there is no ${programs}/postgres (Debian: postgresql-15)`;
}

// Why it cannot be started, or false: for the `skip` of a test.
export const noPostgres = whyNot();

const isRoot = process.geteuid() === 0;
// PostgreSQL refuses to run as root.
const asItself = (program, args) =>
  isRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig=QUIT', join(programs, program), ...args]]
    : ['setpriv', ['--pdeathsig=QUIT', join(programs, program), ...args]];

function run(program, args, variables = {}) {
  const env = { ...process.env, ...variables };
  const { status, stderr } = spawnSync(...asItself(program, args), { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

// Anybody may connect, or with a `password` who knows it.
export async function startPostgres({ password } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-postgres-'));
  if (isRoot) {
    const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
    chownSync(folder, id('-u'), id('-g'));
  }
  const data = join(folder, 'data');
  const asked = join(folder, 'password');
  if (password) writeFileSync(asked, `${password}\n`);
  const access = password ? ['-A', 'scram-sha-256', '--pwfile', asked] : ['-A', 'trust'];
  run('initdb', ['-D', data, '-U', 'postgres', ...access, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
  const settings = ['listen_addresses=', 'fsync=off', 'log_min_messages=panic'].flatMap((one) => ['-c', one]);
  let server;
  async function start() {
    server = spawn(...asItself('postgres', ['-D', data, '-k', folder, ...settings]), { stdio: 'ignore' });
    while (spawnSync(join(programs, 'pg_isready'), ['-q', '-h', folder]).status !== 0) {
      if (server.exitCode !== null) throw new Error('the PostgreSQL server does not start');
      await pause(50);
    }
  }
  async function end(signal) {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }
  await start();
  return {
    // The address of a database that was just made.
    make(name) {
      run('createdb', ['-h', folder, '-U', 'postgres', '-T', 'template0', name], password ? { PGPASSWORD: password } : {});
      return `postgresql:///${name}?host=${folder}&user=postgres`;
    },
    // Rows of a query as lists of texts.
    query(name, sql) {
      const args = ['-h', folder, '-U', 'postgres', '-d', name, '-At', '-F', '\t', '-c', sql];
      const { status, stdout, stderr } = spawnSync(join(programs, 'psql'), args, { encoding: 'utf8', maxBuffer: 64 << 20 });
      if (status !== 0) throw new Error(`psql ended with ${status}: ${stderr}`);
      return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
    },
    // A fast shutdown: what runs is rolled back, and every connection ends.
    async restart() {
      await end('SIGINT');
      await start();
    },
    async stop() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
