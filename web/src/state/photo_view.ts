// How somebody likes to look at photos, kept in this browser.
import { ref } from 'vue';
import { usePreference } from './preferences';

const choices = ['yes', 'no'] as const;
export const isInformed = usePreference('photo.information', choices, 'no');
export const areMarksShown = usePreference('photo.boxes', choices, 'yes');
export const isHeatMapShown = usePreference('photo.heat_map', choices, 'no');
export const heatMapStrength = ref(0.7); // 0 … 1, until the page is left
