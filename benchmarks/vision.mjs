// ./bench vision: what vision finds on the labelled pictures of SIGHTGLASS_SHARED, against its goals. Options go to
// bench_vision: --train DIR, --test DIR, --models DIR, --only PREFIX, --json FILE, --strict.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
// The runtime that lies beside the server; the benchmark itself is built elsewhere.
const runtime = resolve(build, 'lib/libonnxruntime.so');
const env = existsSync(runtime) ? { SIGHTGLASS_ONNXRUNTIME: runtime, ...process.env } : process.env;
const ended = spawnSync(`${build}/benchmarks/bench_vision`, process.argv.slice(2), { stdio: 'inherit', env });
if (ended.error) console.error(`bench_vision: ${ended.error.message}`);
process.exit(ended.status ?? 1);
