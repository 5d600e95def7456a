// What a menu offers: things to do, and choices of which one holds.
import type { LucideIcon } from 'lucide-vue-next';

export interface MenuAction {
  kind?: 'action';
  words: string;
  icon?: LucideIcon;
  run: () => void;
  key?: string; // shown at its end; registering it is the page's part
  isDangerous?: boolean;
  isDisabled?: boolean;
}

export interface MenuLink {
  kind: 'link';
  words: string;
  icon?: LucideIcon;
  to: string; // a page of ours
  isOutside?: boolean; // not one of the router's
}

export interface MenuChoice {
  kind: 'choice';
  words: string; // what is chosen
  value: string;
  options: readonly { value: string; words: string }[];
  choose: (value: string) => void;
}

export type MenuItem = MenuAction | MenuLink | MenuChoice | { kind: 'line' };
