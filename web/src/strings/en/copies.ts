export const copies = {
  title: 'Also uploaded as',
  words: 'The same picture, stored once.',
  inJob: (job: number) => `Job ${job}`,
};
