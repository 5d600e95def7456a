// Chosen photos as one zip: the server says what it will hold, and where; the browser fetches it by itself, so that no
// picture of it is ever in the memory of a page.
import { ref, type Ref } from 'vue';
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import type { components } from '../api/schema';
import type { BulkTarget } from './bulk_changes';

export type PhotoArchive = components['schemas']['PhotoArchive'];
export type ArchiveVariant = 'original' | 'display';

export interface ArchivePreparation {
  archive: Readonly<Ref<PhotoArchive | null>>; // null while it is prepared, and when it could not be
  error: Readonly<Ref<string>>;
  prepare(variant: ArchiveVariant): Promise<void>;
}

function bodyOf(target: BulkTarget, variant: ArchiveVariant): components['schemas']['PhotoArchiveInput'] {
  if ('photos' in target) return { photos: [...target.photos], variant };
  return { filter: { ...target.filter } as Record<string, string>, except: [...target.except], variant };
}

export function usePhotoArchive(target: BulkTarget): ArchivePreparation {
  const archive = ref<PhotoArchive | null>(null);
  const error = ref('');
  let turn = 0;

  return {
    archive,
    error,
    async prepare(variant) {
      const mine = ++turn; // who changes their mind meanwhile wants the later answer
      archive.value = null;
      error.value = '';
      try {
        const prepared = await dataOf(api.POST('/api/v1/images/photos/archive', { body: bodyOf(target, variant) }));
        if (mine === turn) archive.value = prepared;
      } catch (cause) {
        if (mine === turn) error.value = wordsOf(cause);
      }
    },
  };
}

export function isOver(archive: PhotoArchive, now = Date.now()): boolean {
  return Date.parse(archive.expires_at) <= now;
}
