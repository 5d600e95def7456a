// Pictures among what was dropped, pasted or chosen, folders opened.
const pictureName = /\.(jpe?g|png|webp|tiff?|hei[cf]|avif|gif)$/i;

export const pictureTypes = 'image/*,.heic,.heif,.avif,.tif,.tiff';

export interface Picked {
  pictures: File[];
  others: number; // files that are no pictures, left out
}

// By type or, where the system knows none, by name. Hidden files of systems are nobody's pictures.
function isPicture(file: File): boolean {
  if (file.name.startsWith('.') || file.size === 0) return false;
  return file.type ? file.type.startsWith('image/') && file.type !== 'image/svg+xml' : pictureName.test(file.name);
}

export function sorted(files: Iterable<File>): Picked {
  const all = [...files];
  const pictures = all.filter(isPicture);
  return { pictures, others: all.length - pictures.length };
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

// A reader gives a folder's entries in portions, and an empty one at the end.
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesBelow(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    return file ? [file] : [];
  }
  const found: File[] = [];
  for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) found.push(...(await filesBelow(inner)));
  return found;
}

// Must be called while the event is handled: afterwards the browser empties the transfer.
export async function picturesIn(transfer: DataTransfer | null): Promise<Picked> {
  if (!transfer) return { pictures: [], others: 0 };
  const plain = [...transfer.files];
  const entries = [...transfer.items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const files: File[] = [];
  for (const entry of entries) {
    if (entry instanceof File) files.push(entry);
    else if (entry) files.push(...(await filesBelow(entry)));
  }
  return sorted(files.length > 0 ? files : plain);
}
