import type { Budget } from '../../api/client';

export const budget = {
  title: 'Services outside',
  lead: 'What services outside of this machine cost this month. Photos go there only when that is switched on in the settings.',
  month: 'Month',
  states: {
    off: 'Switched off: no photo leaves this machine.',
    open: 'Open.',
    warned: 'More than 80 % of the limit are reached.',
    throttled: 'More than 90 % of the limit are reached: only urgent photos are sent.',
    stopped: 'The limit is reached: nothing is sent until the next month.',
  } as Record<Budget['state'], string>,
  spent: 'Spent',
  reserved: 'Reserved for calls under way',
  limit: 'Limit',
  price: 'Price of a unit',
  used: (share: string) => `${share} of the limit`,
  noLimit: 'Nothing may be spent',
  warnedAt: 'Warned',
  throttledAt: 'Throttled',
  stoppedAt: 'Stopped',
};
