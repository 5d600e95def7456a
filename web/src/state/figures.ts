// Scores and thresholds: the same number of digits for both, so that they can be compared at a glance.
import { currentLocale } from '../strings';

export const asFigure = (value: number): string => value.toLocaleString(currentLocale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
