// The station that this browser enters ids for.
import { ref, watch } from 'vue';

const key = 'sightglass.station';

function kept(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return ''; // storage is closed to us: the choice lasts as long as the page
  }
}

export const chosenStation = ref(kept());
watch(chosenStation, (id) => {
  try {
    localStorage.setItem(key, id);
  } catch {
    // As above.
  }
});
