export const samples = {
  title: 'Sample photos',
  words: 'A job with nine photos to look around with. They can be removed again at once, whatever was changed of them.',
  load: 'Load sample photos',
  loading: 'Loading the sample photos …',
  loaded: 'The sample photos are loaded.',
  show: 'Show the sample job',
  here: 'This job and its first photos are samples.',
  remove: 'Remove the samples',
  removing: 'Removing the sample photos …',
  removed: 'The samples are gone.',
  sure: 'The sample photos and their job are deleted for good, with everything that was changed of them. Photos that people added stay, and their job with them.',
};
