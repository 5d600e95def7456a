// Whether photos are on their way: for those who must ask before leaving, without loading what sends them.
import { ref } from 'vue';

export const areUploadsBusy = ref(false);
