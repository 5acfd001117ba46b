import { QueryError } from '../../../dataverse/errors.ts'
import type { Expression, Group } from '../../../reports/analysis/model.ts'
import type { AnsweredAnalysis } from '../../../reports/analysis/behind/rows-behind.ts'
import type { Picture, PictureKind } from './pictures.ts'

/** Fewer points make no line. */
const LEAST_POINTS = 4
const STAGES: ReadonlySet<string> = new Set(['salesstage', 'salesstagecode', 'stepname', 'stageid'])

type Axis = 'time' | 'order' | 'stage' | 'names'
type Shape = {
  readonly axes: readonly Axis[]
  readonly points: number
  /** Whether figures of groups make that of all when they are added up. */
  readonly isAdded: boolean
}

/**
 * How an analysis is drawn: by its shape, or as it is asked to be.
 * @param columns of the answer; a date is no length
 * @throws QueryError for a picture that the shape has not, with those that it has
 */
export function pictureOf(
  { analysis, resolved, keys }: AnsweredAnalysis,
  columns: readonly { readonly name: string; readonly kind?: string | undefined }[],
  wanted: PictureKind | undefined,
): Picture {
  const { groups } = analysis
  const isLength = (name: string): boolean =>
    columns.some((one) => one.name === name && one.kind !== 'date' && one.kind !== 'time')
  const value = analysis.measures.find(({ name }) => isLength(name))
  const shape: Shape = {
    axes: groups.map((group, at) => axisOf(group, resolved.groups[at]?.column?.name)),
    points: keys.filter((one) => one !== undefined).length,
    isAdded: value !== undefined && isAdded(value.expression),
  }
  const kinds = value && shape.points > 0 ? fitting(shape) : (['table'] as const)
  const kind = chosen(kinds, wanted, groups.length)
  // A table that was asked for may become a picture yet, where there is one.
  if (kinds.length === 1 || !value) return { kind: 'table' }
  const at = Math.max(0, shape.axes.indexOf('time'))
  const [label, series] = [groups[at]?.name, groups.find((_group, place) => place !== at)?.name]
  return { kind, ...(label && { label }), value: value.name, ...(series && { series }) }
}

/** Of what is no analysis. @throws QueryError for a picture of figures */
export function pictureWithout(what: string, kind: 'table' | 'timeline', wanted: PictureKind | undefined): Picture {
  if (wanted === undefined || wanted === kind) return { kind }
  const text = `The answer of ${what} has no figures to draw as ${wanted}.`
  throw new QueryError('invalid_arguments', text, 'Leave picture out, or ask analyze for figures and show those.')
}

function chosen(kinds: readonly PictureKind[], wanted: PictureKind | undefined, groups: number): PictureKind {
  const [usual = 'table'] = kinds
  if (wanted === undefined || kinds.includes(wanted)) return wanted ?? usual
  const by = groups === 1 ? 'one group' : `${groups === 0 ? 'no' : groups} groups`
  throw new QueryError(
    'invalid_arguments',
    `Figures like these, by ${by}, cannot be drawn as ${wanted}.`,
    kinds.length === 1 ? `Leave picture out, or give "${usual}".` : `Give one of: ${kinds.join(', ')}.`,
  )
}

/** The usual one first. */
function fitting({ axes, points, isAdded }: Shape): readonly PictureKind[] {
  const [axis, other, ...more] = axes
  if (axis === undefined || more.length > 0) return ['table']
  const funnel: readonly PictureKind[] = isAdded ? ['funnel'] : []
  if (other !== undefined) {
    const lines: readonly PictureKind[] = axes.includes('time') ? ['lines'] : []
    return [...(isAdded ? (['stacked'] as const) : []), ...lines, 'table']
  }
  if (axis === 'time' && points >= LEAST_POINTS) return ['lines', 'columns', 'bars', 'table']
  if (axis === 'time') return ['columns', 'lines', 'bars', 'table']
  if (axis === 'order') return ['columns', 'bars', 'lines', 'table']
  return axis === 'stage' ? [...funnel, 'bars', 'columns', 'table'] : ['bars', 'columns', ...funnel, 'table']
}

function axisOf(group: Group, column: string | undefined): Axis {
  if (group.kind === 'column') return STAGES.has(column ?? '') ? 'stage' : 'names'
  const comesRound = group.kind === 'date' && (group.part === 'weekday' || group.part === 'month-of-year')
  return group.kind === 'band' || comesRound ? 'order' : 'time'
}

function isAdded(expression: Expression): boolean {
  if (expression.kind === 'share') return isAdded(expression.of)
  return expression.kind === 'aggregation' && ['count', 'sum'].includes(expression.aggregation.name)
}
