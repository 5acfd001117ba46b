import { QueryError } from '../errors.ts'

const QUOTED_MOST = 100

/** FetchXML that is refused before it is sent. */
export function invalidFetch(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_fetchxml', problem, nextStep)
}

/** What a model wrote, short enough to repeat in a sentence. */
export function quoted(text: string): string {
  return `"${text.length > QUOTED_MOST ? `${text.slice(0, QUOTED_MOST)}…` : text}"`.toWellFormed()
}
