// A reader of the COCO format, written from its description (cocodataset.org/#format-data) and from what the data set's
// own tools do when they load a file (createIndex): it knows nothing of ours.
import assert from 'node:assert/strict';

function indexed(rows, what) {
  assert.ok(Array.isArray(rows), `"${what}" is a list`);
  const byId = new Map();
  for (const row of rows) {
    assert.ok(Number.isSafeInteger(row.id) && row.id > 0, `an id in ${what}: ${row.id}`);
    assert.ok(!byId.has(row.id), `twice in ${what}: ${row.id}`);
    byId.set(row.id, row);
  }
  return byId;
}

export function readCoco(text) {
  const set = JSON.parse(text);
  for (const member of ['info', 'licenses', 'images', 'annotations', 'categories']) assert.ok(member in set, member);
  for (const member of ['year', 'version', 'description', 'contributor', 'date_created']) assert.ok(member in set.info, member);
  const images = indexed(set.images, 'images');
  const categories = indexed(set.categories, 'categories');
  const annotations = indexed(set.annotations, 'annotations');
  for (const { width, height, file_name } of images.values()) {
    assert.ok(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0);
    assert.equal(typeof file_name, 'string');
  }
  assert.equal(new Set(set.images.map((image) => image.file_name)).size, images.size);
  assert.equal(new Set(set.categories.map((category) => category.name)).size, categories.size);
  const ofImage = new Map([...images.keys()].map((id) => [id, []]));
  for (const annotation of annotations.values()) {
    const image = images.get(annotation.image_id);
    assert.ok(image, 'its image is there');
    assert.ok(categories.has(annotation.category_id), 'its category is there');
    assert.ok(annotation.iscrowd === 0 || annotation.iscrowd === 1);
    const [x, y, width, height] = annotation.bbox;
    assert.equal(annotation.bbox.length, 4);
    assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0, `${annotation.bbox}`);
    assert.ok(x + width <= image.width + 1e-6 && y + height <= image.height + 1e-6, `${annotation.bbox} of ${image.width}`);
    assert.ok(Math.abs(annotation.area - width * height) < 1e-6);
    ofImage.get(annotation.image_id).push(annotation);
  }
  const nameOf = (annotation) => categories.get(annotation.category_id).name;
  return { ...set, ofImage, nameOf };
}
