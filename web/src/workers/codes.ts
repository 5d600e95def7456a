// Reads QR, Data Matrix and bar codes in pictures, beside the page. The reader is zxing-cpp, as in the server, compiled
// for browsers; its file is one of ours.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import file from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface CodeQuestion {
  picture: ImageData;
}
export interface CodeAnswer {
  codes: string[] | null; // null: the reader could not be loaded
}

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? file : prefix + path) } });

async function codesIn(picture: ImageData): Promise<string[]> {
  const found = await readBarcodes(picture, { tryHarder: true, maxNumberOfSymbols: 4 });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}

self.addEventListener('message', ({ data: { picture } }: MessageEvent<CodeQuestion>) => {
  void codesIn(picture).then(
    (codes): CodeAnswer => ({ codes }),
    (): CodeAnswer => ({ codes: null }),
  ).then((answer) => self.postMessage(answer));
});
