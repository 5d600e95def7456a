// A form on its way to the server: busy while it is, and what was wrong when it comes back.
import { computed, ref, type Ref } from 'vue';
import { Problem, wordsOf } from '../api/problem';

export interface Submission {
  isBusy: Readonly<Ref<boolean>>;
  error: Readonly<Ref<string>>; // what concerns no field that shows its own
  fieldError(name: string): string;
  submit(): Promise<void>;
}

export function useSubmission(action: () => Promise<void>): Submission {
  const isBusy = ref(false);
  const words = ref('');
  const field = ref('');
  const shownFields = new Set<string>();

  return {
    isBusy,
    error: computed(() => (field.value ? '' : words.value)),
    fieldError(name) {
      shownFields.add(name);
      return field.value === name ? words.value : '';
    },
    async submit() {
      isBusy.value = true;
      words.value = '';
      field.value = '';
      try {
        await action();
      } catch (cause) {
        if (cause instanceof Problem && cause.field && shownFields.has(cause.field)) field.value = cause.field;
        words.value = wordsOf(cause);
      } finally {
        isBusy.value = false;
      }
    },
  };
}
