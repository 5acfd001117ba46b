import type { AskedChange, Problem } from '../model.ts'

/** More lines than these nobody reads before they say yes. */
export const MOST_CHANGES = 30
/** Of all texts of one change. */
export const MOST_BYTES = 65_536

/** What one preview takes. */
export function sizeProblems(changes: readonly AskedChange[]): readonly Problem[] {
  const bytes = changes.reduce((sum, { to }) => sum + (typeof to === 'string' ? Buffer.byteLength(to) : 0), 0)
  const tooMany = {
    code: 'too_many_changes',
    text: `${changes.length} columns are asked for, and one preview takes ${MOST_CHANGES}.`,
    nextStep: `Pass the first ${MOST_CHANGES}; when they are written, the others.`,
  } as const
  const tooLong = {
    code: 'too_long',
    text: `The texts of one change together take ${MOST_BYTES} bytes, and these have ${bytes}.`,
    nextStep: 'Shorten them in agreement with the person, or pass them in several changes.',
  } as const
  return [...(changes.length > MOST_CHANGES ? [tooMany] : []), ...(bytes > MOST_BYTES ? [tooLong] : [])]
}
