// Errors of the server in words for people.
import { text } from '../strings';

// A request that failed: `message` is meant to be shown, `field` is the input at fault if the server named one.
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

// Understands both forms, {"error": {"code", "message", "details"}} and {"error": "text"}.
export function readErrorBody(body: unknown): { message?: string; field?: string } {
  const error = isRecord(body) ? body.error : undefined;
  if (typeof error === 'string') return { message: error };
  if (!isRecord(error)) return {};
  const details = isRecord(error.details) ? error.details : {};
  return {
    message: typeof error.message === 'string' ? error.message : undefined,
    field: typeof details.field === 'string' ? details.field : undefined,
  };
}

export function problemOf(status: number, body: unknown): Problem {
  const { message, field } = readErrorBody(body);
  return new Problem(status, message || text.errors.ofStatus(status), field);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

// The data of an answer, or a thrown Problem; a request that got no answer is one too.
export async function dataOf<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request.catch(() => {
    throw new Problem(0, text.errors.offline);
  });
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}

export function wordsOf(cause: unknown): string {
  return cause instanceof Problem ? cause.message : text.errors.unexpected;
}
