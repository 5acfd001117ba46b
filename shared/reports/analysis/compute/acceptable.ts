import { QueryError } from '../../../dataverse/errors.ts'
import { aggregationsIn } from '../plan/aggregations.ts'
import { resolveSlices } from '../plan/resolve-slices.ts'
import { NARROWED } from '../parse/measure/parse-measure.ts'
import { readAnalysis } from '../read-analysis.ts'
import { resolveDepsOf, type AnalysisDeps } from './compute-analysis.ts'

const PRINTED = /^Write: (.*)\.$/s

/**
 * A refusal whose next step prints measures: those that the same reader takes, or others. Whoever cut the text knew no
 * table: `sum(deals)` of one that has no such column is printed as any other.
 */
export async function acceptable(error: unknown, entity: string, deps: AnalysisDeps): Promise<unknown> {
  if (!(error instanceof QueryError) || error.code !== 'invalid_measure') return error
  const { nextStep } = error
  const behind = nextStep.endsWith(NARROWED) ? NARROWED : ''
  const [, printed] = PRINTED.exec(nextStep.slice(0, nextStep.length - behind.length)) ?? []
  if (printed === undefined || (await isTaken(printed, entity, deps))) return error
  const all = printed.split(' or ')
  const taken = await Promise.all(all.map(async (one) => await isTaken(one, entity, deps)))
  if (!taken.includes(false)) return error
  const left = all.filter((_one, at) => taken[at])
  const step = `Write: ${left.length > 0 ? left.join(' or ') : 'count'}.`
  const columns =
    left.length > 0 ? '' : ` For a figure of a column call get_entity_metadata for ${entity}: it has their names.`
  return new QueryError(error.code, error.message, step + behind + columns)
}

async function isTaken(measure: string, entity: string, deps: AnalysisDeps): Promise<boolean> {
  try {
    const { analysis } = await readAnalysis({ entity, measures: [measure] }, () => undefined, deps.metadata)
    await resolveSlices(analysis, aggregationsIn(analysis.measures), resolveDepsOf(deps))
    return true
  } catch (refused) {
    if (refused instanceof QueryError) return false
    throw refused
  }
}
