import type { Watched } from '../../chaos/instances/usage.ts'
import { percentile } from '../../chaos/report/recovery.ts'
import type { Outcome } from './crowd.ts'

/** How far one person's hundred calls at once may move the p95 of the others. */
const MOST_RATIO = 3
/** Of the memory at the start, and as much again that a collection has not come to. */
const MOST_GROWTH = 1.15
const SLACK_BYTES = 40_000_000

export const ratioOf = ({ others }: Pick<Outcome, 'others'>): number =>
  percentile(others.heavy, 0.95) / percentile(others.quiet, 0.95)

/** What is wrong with a run; nothing, where nothing is. */
export function problemsOf(outcome: Outcome, memory: Watched['memory']): readonly string[] {
  const { kinds, undeclared, others } = outcome
  const ratio = ratioOf(outcome)
  return [
    ...(undeclared.length > 0 ? [`undeclared refusals, such as ${undeclared[0] ?? ''}`] : []),
    ...(kinds.others.limit_reached + kinds.others['429'] > 0 ? ['others were refused for what one person did'] : []),
    ...(others.quiet.length === 0 || others.heavy.length === 0 ? ['nobody was answered in one of the phases'] : []),
    ...(ratio > MOST_RATIO ? [`the heavy person moved the others’ p95 by a factor of ${ratio.toFixed(2)}`] : []),
    ...(memory.end > memory.start * MOST_GROWTH + SLACK_BYTES ? ['memory grew from the start to the end'] : []),
  ]
}
