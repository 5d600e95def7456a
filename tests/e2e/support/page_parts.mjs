// Parts of pages that many tests reach for.

export const button = (page, name) => page.getByRole('button', { name, exact: true });

// The photo of the viewer is there, from its display image or its original.
export const drawn = (page) => page.waitForFunction(() => ['drawn', 'sharp'].includes(document.querySelector('.stage')?.dataset.state));
