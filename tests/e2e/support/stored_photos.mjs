// What a page's own requests say of the photos of a job, and what its pictures look like.

// What the server says the order is: oldest upload first.
export function orderOf(page, jobAddress) {
  return page.evaluate(async (job) => {
    const ids = [];
    let cursor = '';
    do {
      const answer = await fetch(`/api/v1/images/photos/?job=${job}&sort=uploaded_at&limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      const body = await answer.json();
      ids.push(...body.results.map((photo) => photo.id));
      cursor = body.next ?? '';
    } while (cursor);
    return ids;
  }, jobAddress.split('/').pop());
}

// Where the eight oriented fixtures stand, by the name they were sent under.
export function orientedPhotos(page, jobAddress) {
  return page.evaluate(async (job) => {
    const answer = await fetch(`/api/v1/images/photos/?job=${job}&sort=uploaded_at&limit=100`);
    const { results } = await answer.json();
    return results.filter((photo) => /^orientation_\d\.jpg$/.test(photo.original_filename)).map((photo) => photo.display_url);
  }, jobAddress.split('/').pop());
}

// The colours in the middle of the four quarters, named.
export function quartersOf(page, url) {
  return page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const nameOf = ([r, g, b]) => (r > 200 && g > 200 ? 'white' : r > g && r > b ? 'red' : g > b ? 'green' : 'blue');
    const places = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
    return places.map(([x, y]) => nameOf(pen.getImageData(canvas.width * x, canvas.height * y, 1, 1).data));
  }, url);
}

// The local day on which a photo of known time was taken.
export function dayOfOneTaken(page) {
  return page.evaluate(async () => {
    const answer = await fetch('/api/v1/images/photos/?sort=taken_at&limit=1');
    const moment = new Date((await answer.json()).results[0].taken_at);
    const two = (number) => String(number).padStart(2, '0');
    return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  });
}
