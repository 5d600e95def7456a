// Puts the OpenAPI document and Swagger UI beside the built pages.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(web, 'dist');
const target = join(dist, 'swagger-ui');
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const document = parse(await readFile(join(web, '..', 'api', 'openapi.yaml'), 'utf8'));
await mkdir(target, { recursive: true });
await writeFile(join(dist, 'openapi.json'), JSON.stringify(document));
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']) {
  await copyFile(join(swagger, name), join(target, name));
}
await copyFile(join(web, 'src', 'icon.svg'), join(target, 'icon.svg'));
for (const name of ['docs.html', 'docs.css', 'docs-init.js']) await copyFile(join(web, 'docs', name), join(target, name));
