// ./bench vision: what vision finds on the labelled pictures of SIGHTGLASS_SHARED, against its goals. Options go to
// bench_vision: --train DIR, --test DIR, --models DIR, --only PREFIX, --json FILE, --strict.
import { spawnSync } from 'node:child_process';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
const ended = spawnSync(`${build}/benchmarks/bench_vision`, process.argv.slice(2), { stdio: 'inherit' });
if (ended.error) console.error(`bench_vision: ${ended.error.message}`);
process.exit(ended.status ?? 1);
