// A PostgreSQL server with its own settings, thus as durable as anybody's, for as long as some work takes.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './processes.mjs';

const programs = process.env.SIGHTGLASS_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

// PostgreSQL refuses to run as root, and then runs as its package's user.
function user() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

// Calls `work` with the process id of the server and with what makes an empty database and gives its address.
export async function onPostgres(work) {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'sightglass-postgres-'));
  const owner = user();
  if (owner.uid) chownSync(folder, owner.uid, owner.gid);
  const options = { ...owner, cwd: '/', stdio: 'ignore' };
  execFileSync(`${programs}/initdb`, ['-D', `${folder}/data`, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], options);
  const server = spawn(`${programs}/postgres`, ['-D', `${folder}/data`, '-k', folder, '-c', 'listen_addresses='], options);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        execFileSync(`${programs}/pg_isready`, ['-q', '-h', folder]);
        break;
      } catch (error) {
        if (tries >= 200) throw error;
        await pause(50);
      }
    }
    let made = 0;
    const makeDatabase = () => {
      const name = `bench_${(made += 1)}`;
      execFileSync(`${programs}/createdb`, ['-h', folder, '-U', 'postgres', '-T', 'template0', name]);
      return `postgresql:///${name}?host=${folder}&user=postgres`;
    };
    return await work({ pid: server.pid, makeDatabase });
  } finally {
    server.kill('SIGQUIT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
