import { QueryError } from '../../../../dataverse/errors.ts'
import type { Note } from '../../../../dataverse/query/model/query.ts'
import { shown } from '../../../../dataverse/query/say/refusals.ts'
import type { Measure } from '../../model.ts'
import { ifReadable } from '../if-readable.ts'
import { MOST_CHARACTERS } from '../tokens.ts'
import { printExpression } from './expression.ts'
import { parseMeasure, type WrittenMeasure } from './parse-measure.ts'
import type { TermFigures } from './term-figure.ts'

/** Literals are passed over. */
const NAMES = /'[^']*'|[A-Za-z_]\w*/g

/**
 * As `parseMeasure`; what is none may be made of figures that stand before it, by their names: `revenue / n as average`.
 * @throws QueryError that of `parseMeasure`
 */
export function parseAmong(
  text: string,
  before: readonly Measure[],
  { note, terms }: { readonly note: Note; readonly terms: TermFigures | undefined },
): WrittenMeasure {
  try {
    return parseMeasure(text, terms)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const written = withFigures(text, before)
    const measure = written === undefined ? undefined : ifReadable(() => parseMeasure(written, terms))
    if (written === undefined || measure === undefined) throw error
    note(`"${shown(text)}" was read as ${shown(written)}.`)
    return measure
  }
}

/** Figures of figures of figures grow with each: what no measure could be is none. */
function withFigures(text: string, before: readonly Measure[]): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined
  const byName = new Map(before.map(({ name, expression }) => [name.toLowerCase(), expression]))
  const written = text.replaceAll(NAMES, (word: string) => {
    const expression = byName.get(word.toLowerCase())
    return expression === undefined ? word : `(${printExpression(expression)})`
  })
  return written === text || written.length > MOST_CHARACTERS ? undefined : written
}
