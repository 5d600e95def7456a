// A meter as it is being taught: its fields and the parts on its reference photo, until they are saved.
import { computed, reactive, ref, shallowRef } from 'vue';
import { api, type Meter, type Photo } from '../api/client';
import { dataOf } from '../api/problem';
import type { PlacedBox } from './box_places';
import { newPart, partsOf, profileOf, type MeterPart, type PartKind } from './meter_profile';
import type { Place } from './photo_marks';

const numberOf = (words: string) => Number(words.trim().replace(',', '.'));

export function useMeterTeaching(meter: Meter) {
  const fields = reactive({
    name: meter.name,
    kind: meter.kind,
    unit: meter.unit,
    digits: String(meter.digits),
    decimals: String(meter.decimals),
    rollsOver: meter.rolls_over ? ('yes' as const) : ('no' as const),
    rate: meter.largest_rate === null ? '' : String(meter.largest_rate),
    reference: meter.reference_photo ?? '',
  });
  const parts = shallowRef<readonly MeterPart[]>(partsOf(meter.profile));
  const selected = ref<string | null>(null);
  let made = 0;

  // A gauge is read by its needle.
  const usual = computed<PartKind>(() => (fields.kind === 'gauge' ? 'needle' : fields.kind));
  const boxes = computed<PlacedBox[]>(() => parts.value.map(({ id, x, y, width, height }) => ({ id, x, y, width, height })));
  const change = (id: string, now: Partial<MeterPart>) => (parts.value = parts.value.map((part) => (part.id === id ? { ...part, ...now } : part)));
  function draw(place: Place): void {
    const part = newPart(place, usual.value, `drawn-${(made += 1)}`);
    parts.value = [...parts.value, part];
    selected.value = part.id;
  }
  function remove(id: string): void {
    parts.value = parts.value.filter((part) => part.id !== id);
    if (selected.value === id) selected.value = null;
  }
  const profile = () => profileOf(parts.value, meter.profile);

  const save = () =>
    dataOf(
      api.PATCH('/api/v1/meters/{id}', {
        params: { path: { id: meter.id } },
        body: {
          name: fields.name, kind: fields.kind, unit: fields.unit, digits: numberOf(fields.digits), decimals: numberOf(fields.decimals), rolls_over: fields.rollsOver === 'yes',
          largest_rate: fields.rate.trim() === '' ? null : numberOf(fields.rate), reference_photo: fields.reference || null, profile: profile(),
        },
      }),
    );
  return { fields, parts, selected, boxes, change, draw, remove, profile, save };
}
export type MeterTeaching = ReturnType<typeof useMeterTeaching>;

export async function photosOfAsset(asset: string): Promise<Photo[]> {
  return (await dataOf(api.GET('/api/v1/images/photos', { params: { query: { asset, limit: 100 } } }))).results;
}
