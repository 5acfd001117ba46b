import { QueryError } from '../../../dataverse/errors.ts'

/** What is read of a text, or nothing where it is refused: whoever reads the whole then says what is wrong with it. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}
