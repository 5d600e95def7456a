// How somebody likes to look at photos, kept in this browser.
import { usePreference } from './preferences';

const choices = ['yes', 'no'] as const;
export const isInformed = usePreference('photo.information', choices, 'no');
export const areMarksShown = usePreference('photo.boxes', choices, 'yes');
