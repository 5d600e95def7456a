import { describe, expect, it } from 'vitest';
import { newPart, partsOf, profileOf, type MeterProfile } from './meter_profile';

const slanted = [[0.1, 0.2], [0.5, 0.25], [0.5, 0.35], [0.1, 0.3]];
const profile = { parts: [{ kind: 'wheels', corners: slanted, digits: 5 }, { kind: 'display' }], taught_by: 'olga' } as MeterProfile;

describe('the profile of a meter', () => {
  it('is shown as boxes; a part that is looked for in the whole picture has none', () => {
    const parts = partsOf(profile);
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ kind: 'wheels', digits: 5, x: 0.1, y: 0.2, width: expect.closeTo(0.4), height: expect.closeTo(0.15) });
    expect(partsOf({})).toEqual([]);
  });

  it('keeps the corners of what nobody moved, and what else it says', () => {
    expect(profileOf(partsOf(profile), profile)).toEqual({ taught_by: 'olga', parts: [{ kind: 'wheels', corners: slanted, digits: 5 }] });
  });

  it('tells corners clockwise from where reading begins', () => {
    const moved = { ...partsOf(profile)[0]!, x: 0.2 };
    expect(profileOf([moved], {}).parts![0]!.corners![0]).toEqual([0.2, 0.2]);
    const drawn = newPart({ x: 0.5, y: 0.5, width: 0.25, height: 0.125 }, 'needle', 'a');
    expect(profileOf([drawn], {}).parts).toEqual([{ kind: 'needle', corners: [[0.5, 0.5], [0.75, 0.5], [0.75, 0.625], [0.5, 0.625]] }]);
  });
});
