// Times for people: in the viewer's zone, with the exact UTC time to hand.
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const asDay = (iso: string): string => day.format(new Date(iso));
export const asMoment = (iso: string): string => moment.format(new Date(iso));
export const asDate = (iso: string): string => date.format(new Date(iso));
export const asUtc = (iso: string): string => new Date(iso).toISOString();
