import type { Read, WebApi } from './web-api.ts'

/** What a read is worth telling of another's rows, in sentences. */
export type Beside = Read<readonly string[]> & { readonly isOptional: true }

/**
 * A read, and in the same request another that only has something to tell: where that one is refused, throttled or
 * unreadable, nothing is told and nobody waits.
 */
export async function readBeside<T>(
  api: WebApi,
  read: Read<T>,
  beside: Beside | undefined,
): Promise<{ readonly answer: T; readonly said: readonly string[] }> {
  const { path, schema, ...options } = read
  if (!beside) return { answer: await api.get(path, schema, options), said: [] }
  const [answer, told] = await api.batch([read, beside])
  if (!answer.ok) throw answer.error
  return { answer: answer.value, said: told.ok ? told.value : [] }
}
