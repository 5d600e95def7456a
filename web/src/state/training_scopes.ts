// What a model can be of: everything, a type of assets, one asset, one location.
import { computed, onMounted, shallowRef } from 'vue';
import { api, type Asset, type ModelScope, type TrainingScope } from '../api/client';
import { dataOf } from '../api/problem';
import { text } from '../strings';
import { useLocations } from './location_options';

export const trainingScopeKinds: readonly TrainingScope['kind'][] = ['global', 'asset_type', 'asset', 'location'];
const most = 500; // assets to choose from: one page of their list

export function useTrainingScopes() {
  const assets = shallowRef<readonly Asset[]>([]);
  const locations = useLocations();
  onMounted(async () => {
    // Without them the fields offer none, and the page goes on.
    const page = await dataOf(api.GET('/api/v1/assets', { params: { query: { limit: most } } })).catch(() => null);
    if (page) assets.value = page.results;
  });
  const nameOfAsset = ({ code, name }: Asset) => [code, name].filter(Boolean).join(' · ');
  const types = computed(() => [...new Set(assets.value.map(({ type }) => type).filter((type) => type !== ''))].sort());

  function optionsOf(kind: TrainingScope['kind']): { value: string; words: string }[] {
    if (kind === 'asset_type') return types.value.map((value) => ({ value, words: value }));
    if (kind === 'asset') return assets.value.map((one) => ({ value: one.id, words: nameOfAsset(one) }));
    return kind === 'location' ? locations.options.value.filter(({ value }) => value !== '') : [];
  }
  function wordsOf({ kind, value = '' }: ModelScope): string {
    const asset = kind === 'asset' ? assets.value.find(({ id }) => id === value) : undefined;
    const name = asset ? nameOfAsset(asset) : kind === 'location' ? locations.nameOf(value) || value : value;
    return [text.models.scopes[kind], name].filter(Boolean).join(' ');
  }
  return { optionsOf, wordsOf };
}
export type TrainingScopes = ReturnType<typeof useTrainingScopes>;
