// What a request left behind: files in the data directory and rows in the lists.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// The database and the keys change by themselves; everything else in the data directory is pictures and sidecars.
const ownFiles = /^(sightglass\.db|keys\/|sightglass\.toml|sightglass\.lock|.*\.sock$)/;

async function filesBelow(folder, start = folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path, start)));
    else if (!ownFiles.test(relative(start, path))) found.push(relative(start, path));
  }
  return found.sort();
}

export async function tracesOf(server) {
  const client = await server.as('administrator');
  const { body } = await client.get('/api/v1/images/photos/statistics/');
  const jobs = await client.get('/api/v1/jobs?limit=500');
  const rows = { photos: body.total, jobs: jobs.body.results.length };
  for (const name of ['assets', 'locations', 'users', 'tokens']) {
    rows[name] = (await client.get(`/api/v1/${name}`)).body.results.length;
  }
  return { files: await filesBelow(server.data), ...rows };
}

// Fails when `action` left a file, a row or a temporary. A refused upload may take a moment to be cleared away.
export async function leavesNothing(server, action) {
  const before = await tracesOf(server);
  await action();
  const end = Date.now() + 3000;
  let after = await tracesOf(server);
  while (JSON.stringify(after) !== JSON.stringify(before) && Date.now() < end) {
    await pause(50);
    after = await tracesOf(server);
  }
  assert.deepEqual(after, before, 'something was left behind');
}
