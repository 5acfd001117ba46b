import { parseMeasure } from '../analysis/parse/measure/parse-measure.ts'
import { functionOf, isDateDiff, isShare, unitOf } from '../analysis/parse/words.ts'
import type { UsedTerm } from './words-of.ts'

/** Whether a measure would read the name as something else. */
export function isMeasureWord(name: string): boolean {
  return functionOf(name) !== undefined || unitOf(name) !== undefined || isShare(name) || isDateDiff(name)
}

/** @throws QueryError */
export function wordsOfMeasure(measure: string, _find: (name: string) => unknown): readonly UsedTerm[] {
  parseMeasure(measure)
  return []
}
