import { describe, expect, it } from 'vitest';
import type { Photo, PhotoDetail } from '../api/client';
import { quarters, turnedBy, usePhotoTurning, type Rotation } from './photo_turning';

const photo = { id: 'a', rotation: 0 } as Photo;

// A server that answers when it is told to.
function slowServer() {
  const asked: { rotation: Rotation; answer: (as?: Rotation) => void; refuse: () => void }[] = [];
  const patch = (id: string, { rotation }: { rotation: Rotation }) =>
    new Promise<PhotoDetail>((resolve, reject) => {
      asked.push({ rotation, answer: (as = rotation) => resolve({ id, rotation: as } as PhotoDetail), refuse: () => reject(new Error('no')) });
    });
  return { asked, patch };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('turning a photo', () => {
  it('goes round in quarters, both ways', () => {
    expect([0, 90, 180, 270].map((rotation) => turnedBy(rotation as Rotation, quarters.right))).toEqual([90, 180, 270, 0]);
    expect([0, 90, 180, 270].map((rotation) => turnedBy(rotation as Rotation, quarters.left))).toEqual([270, 0, 90, 180]);
  });

  it('asks once more for what was pressed meanwhile, and no oftener', async () => {
    const { asked, patch } = slowServer();
    const shown: Rotation[] = [];
    const { turn, isTurning } = usePhotoTurning((one) => shown.push(one.rotation), patch);
    void turn(photo, quarters.right);
    void turn(photo, quarters.right);
    void turn(photo, quarters.right);
    expect(asked.map((one) => one.rotation)).toEqual([90]);
    asked[0]!.answer();
    await settled();
    expect(asked.map((one) => one.rotation)).toEqual([90, 270]);
    expect(isTurning.value).toBe(true);
    asked[1]!.answer();
    await settled();
    expect(shown).toEqual([90, 270]);
    expect(isTurning.value).toBe(false);
  });

  it('asks for nothing when it was turned back meanwhile', async () => {
    const { asked, patch } = slowServer();
    const { turn } = usePhotoTurning(() => undefined, patch);
    void turn(photo, quarters.right);
    void turn(photo, quarters.left);
    void turn(photo, quarters.right);
    asked[0]!.answer();
    await settled();
    expect(asked).toHaveLength(1);
  });

  it('stops at a refusal', async () => {
    const { asked, patch } = slowServer();
    const { turn, isTurning } = usePhotoTurning(() => undefined, patch);
    void turn(photo, quarters.right);
    void turn(photo, quarters.right);
    asked[0]!.refuse();
    await settled();
    expect(asked).toHaveLength(1);
    expect(isTurning.value).toBe(false);
  });
});
