import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { useSubmission } from './submission';

describe('a form on its way', () => {
  it('shows what was wrong beside its field, once', async () => {
    const form = useSubmission(() => Promise.reject(new Problem(422, 'too long', 'title')));
    form.fieldError('title');
    await form.submit();
    expect(form.fieldError('title')).toBe('too long');
    expect(form.error.value).toBe('');
    expect(form.isBusy.value).toBe(false);
  });

  it('shows what concerns a field it does not have below the form', async () => {
    const form = useSubmission(() => Promise.reject(new Problem(422, 'odd', 'elsewhere')));
    form.fieldError('title');
    await form.submit();
    expect(form.error.value).toBe('odd');
  });

  it('forgets the last failure when it is sent again', async () => {
    let fails = true;
    const form = useSubmission(() => (fails ? Promise.reject(new Problem(503, 'later')) : Promise.resolve()));
    await form.submit();
    expect(form.error.value).toBe('later');
    fails = false;
    await form.submit();
    expect(form.error.value).toBe('');
  });
});
