import { QueryError } from '../../errors.ts'

/** What was put together as a sentence: it ends in one mark, whatever its last part is. */
export function ended(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`
}

/** A filter that Dataverse would not understand, and how to write it. */
export function invalidFilter(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_filter', ended(`The filter ${problem}`), nextStep)
}

/** FetchXML that is refused before it is sent. */
export function invalidFetch(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_fetchxml', problem, nextStep)
}

/** A value that its column cannot be compared with. */
export function invalidValue(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_value', problem, nextStep)
}

/** A model's own words in a message: short, on one line. */
export function shown(words: string, most = 100): string {
  const line = words.replaceAll(/\s+/g, ' ').toWellFormed()
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line
}

/** The same in double quotes. */
export function quoted(words: string): string {
  return `"${shown(words)}"`
}
