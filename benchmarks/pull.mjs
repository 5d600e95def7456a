// ./bench pull: files a second out of one directory of a web server, without anything being made of them, against
// `rclone copy` from the same server, in turns. Both have the same number of connections; we keep a ledger of every file
// with the hash of its bytes in a database, rclone keeps none.
//   FILES=100000   BYTES=4096   CONNECTIONS=4   TURNS=3
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tests/api/support/ports.mjs';
import { median, pause } from './support/processes.mjs';

const files = Number(process.env.FILES ?? 100_000);
const bytes = Number(process.env.BYTES ?? 4096);
const connections = Number(process.env.CONNECTIONS ?? 4);
const turns = Number(process.env.TURNS ?? 3);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const contestant = join(root, 'build', 'release', 'benchmarks', 'pull_contestant');

const work = mkdtempSync(join(tmpdir(), 'sightglass-pull-'));
const served = join(work, 'served');

// What nginx, run by root, serves as another user must be readable by all.
function makeFiles() {
  mkdirSync(served, { mode: 0o755 });
  execFileSync('chmod', ['755', work]);
  const start = Buffer.from([0xff, 0xd8, 0xff]);
  for (let i = 0; i < files; i += 1) writeFileSync(join(served, `frame_${String(i).padStart(6, '0')}.jpg`), Buffer.concat([start, randomBytes(bytes - 3)]));
}

async function startNginx() {
  const port = await freePort();
  const config = join(work, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${work}/nginx.pid; error_log ${work}/nginx.log;
events { worker_connections 256; }
http { access_log off; sendfile on; keepalive_requests 1000000; client_body_temp_path ${work}/body; proxy_temp_path ${work}/proxy;
  fastcgi_temp_path ${work}/fastcgi; uwsgi_temp_path ${work}/uwsgi; scgi_temp_path ${work}/scgi;
  server { listen 127.0.0.1:${port}; root ${served}; autoindex on; } }
`,
  );
  const child = spawn('nginx', ['-c', config, '-e', `${work}/nginx.log`], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}/`;
  for (;;) {
    const answered = await fetch(url).then((answer) => answer.ok, () => false);
    if (answered) return { url, child };
    await pause(50);
  }
}

function pull(url, turn) {
  const data = join(work, `ours-${turn}`);
  mkdirSync(data);
  const answer = JSON.parse(execFileSync(contestant, [url, data, String(connections)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  if (answer.files !== files) throw new Error(`${answer.files} of ${files} files`);
  rmSync(data, { recursive: true });
  return answer.seconds;
}

function copy(url, turn) {
  const to = join(work, `rclone-${turn}`);
  const began = performance.now();
  execFileSync('rclone', ['copy', ':http:', to, '--http-url', url, '--transfers', String(connections), '--config', '/dev/null']);
  const seconds = (performance.now() - began) / 1000;
  if (readdirSync(to).length !== files) throw new Error('rclone left files out');
  rmSync(to, { recursive: true });
  return seconds;
}

makeFiles();
const nginx = await startNginx();
try {
  console.log(`${files} files of ${bytes} bytes, ${connections} connections`);
  const ours = [];
  const theirs = [];
  for (let turn = 0; turn < turns; turn += 1) {
    ours.push(pull(nginx.url, turn));
    theirs.push(copy(nginx.url, turn));
    console.log(`turn ${turn + 1}: fetched with a ledger ${(files / ours.at(-1)).toFixed(0)} files/s, rclone copy ${(files / theirs.at(-1)).toFixed(0)} files/s`);
  }
  const ratio = median(ours.map((seconds, i) => theirs[i] / seconds));
  console.log(`ratio of rates, median of ${turns} turns: ${ratio.toFixed(2)} (goal 0.8)`);
} finally {
  nginx.child.kill();
  rmSync(work, { recursive: true });
}
