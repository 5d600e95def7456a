// The pages that the navigation leads to, in its order. Only pages that exist stand here; add yours with its route.
import { BrainCircuit, Briefcase, ClipboardCheck, Cog, FolderSync, Images, ListChecks, Map as MapIcon, MapPin, ScanLine, ShieldCheck, TriangleAlert, Video, type LucideIcon } from 'lucide-vue-next';
import { text } from '../strings';
import { openFailures } from './inbox_counts';
import { isAtLeast } from './roles';
import { session } from './session';

export interface Place {
  path: string;
  icon: LucideIcon;
  words: () => string;
  key: string; // the letter that leads here after "g"
  isOpenTo?: () => boolean; // who may go there; everybody who is signed in when left out
  count?: () => number; // of what waits there for somebody
  belongs?: RegExp; // other addresses for which this place is marked as the current one
}

const places: readonly Place[] = [
  { path: '/photos', icon: Images, words: () => text.nav.photos, key: 'p' },
  { path: '/jobs', icon: Briefcase, words: () => text.nav.jobs, key: 'j', belongs: /^\/job\// },
  { path: '/assets', icon: Cog, words: () => text.nav.assets, key: 'a', belongs: /^\/(asset|meter)\// },
  { path: '/places', icon: MapPin, words: () => text.nav.locations, key: 'l', belongs: /^\/place\// },
  { path: '/map', icon: MapIcon, words: () => text.nav.map, key: 'm' },
  { path: '/cameras', icon: Video, words: () => text.nav.cameras, key: 'c', belongs: /^\/camera\// },
  { path: '/stations', icon: ScanLine, words: () => text.nav.stations, key: 's', belongs: /^\/(station\/|api\/ml\/image-id)/ },
  { path: '/sources', icon: FolderSync, words: () => text.nav.sources, key: 'u', isOpenTo: () => isAtLeast('reviewer') },
  { path: '/tasks', icon: ListChecks, words: () => text.nav.tasks, key: 't', belongs: /^\/task\// },
  { path: '/failures', icon: TriangleAlert, words: () => text.nav.failures, key: 'f', count: () => openFailures.value },
  { path: '/review', icon: ClipboardCheck, words: () => text.nav.review, key: 'r' },
  { path: '/models', icon: BrainCircuit, words: () => text.nav.models, key: 'o', isOpenTo: () => isAtLeast('reviewer') },
  { path: '/administration', icon: ShieldCheck, words: () => text.nav.administration, key: 'v', isOpenTo: () => isAtLeast('administrator') },
];

export const openPlaces = (): Place[] => places.filter((place) => session.isSignedIn.value && (place.isOpenTo?.() ?? true));

export const isAt = (place: Place, path: string): boolean =>
  path === place.path || path.startsWith(`${place.path}/`) || (place.belongs?.test(path) ?? false);
