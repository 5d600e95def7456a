// Makes the application's icons in web/public/assets from web/src/icon.svg. Run it when the drawing changes, and raise
// the number at the end of the names, which browsers keep for good.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../api/support/server.mjs';
import { launch } from './support/browser.mjs';

const drawing = await readFile(join(root, 'web', 'src', 'icon.svg'), 'utf8');
const target = (name) => join(root, 'web', 'public', 'assets', name);

// A maskable icon is cut to any shape by the system: its ground fills the square, and the drawing keeps to the middle
// 80 % (W3C manifest, safe zone).
const icons = [
  { name: 'icon-192-1.png', size: 192, part: 1 },
  { name: 'icon-512-1.png', size: 512, part: 1 },
  { name: 'icon-maskable-512-1.png', size: 512, part: 0.8 },
  { name: 'icon-apple-180-1.png', size: 180, part: 0.9 },
];

const browser = await launch();
try {
  for (const { name, size, part } of icons) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const ground = part < 1 ? '#0b6b6b' : 'transparent';
    await page.setContent(`<body style="margin:0;height:100vh;display:grid;place-items:center;background:${ground}">${drawing}`);
    await page.locator('svg').evaluate((svg, side) => svg.setAttribute('width', side), size * part);
    await writeFile(target(name), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
