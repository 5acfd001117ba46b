import type { Analysis } from '../../model.ts'
import { printExpression } from '../measure/expression.ts'
import { squash } from '../words.ts'

/** A measure may have four columns where two periods are compared. */
export const SIDES = ['now', 'before', 'change', 'change-percent'] as const
export type Side = (typeof SIDES)[number]

/** What a column of the answer shows. */
export type Shown =
  | { readonly kind: 'group'; readonly at: number }
  | { readonly kind: 'measure'; readonly at: number; readonly side: Side }

export type AnswerColumn = {
  readonly name: string
  readonly shows: Shown
  /** As it may be written out: a long one's name is cut. */
  readonly written: string
}

const BEHIND: Readonly<Record<Side, string>> = {
  now: '',
  before: ' before',
  change: ' change',
  'change-percent': ' change %',
}

/** The columns of an answer in their order: groups, then measures. */
export function answerColumns({ groups, measures, compare }: Analysis): AnswerColumn[] {
  const sides = compare ? SIDES : (['now'] as const)
  return [
    ...groups.map(({ name }, at): AnswerColumn => ({ name, written: name, shows: { kind: 'group', at } })),
    ...measures.flatMap(({ name, expression, said }, at) => {
      const written = said ?? printExpression(expression)
      return sides.map((side): AnswerColumn => {
        return { name: name + BEHIND[side], written: written + BEHIND[side], shows: { kind: 'measure', at, side } }
      })
    }),
  ]
}

/** The column of that name, or the only one that is called so but for case, blanks and signs. */
export function columnNamed(columns: readonly AnswerColumn[], name: string): AnswerColumn | undefined {
  const exact = columns.find((column) => column.name === name)
  const alike = columns.filter((column) => canonical(column.name) === canonical(name))
  return exact ?? (alike.length === 1 ? alike[0] : undefined)
}

function canonical(name: string): string {
  return squash(name.replaceAll('%', 'percent'))
}

/** Names of figures as a condition takes them. */
export function namesOf(columns: readonly AnswerColumn[], kinds: readonly Shown['kind'][]): string {
  const named = columns.filter(({ shows }) => kinds.includes(shows.kind))
  return named.map(({ name }) => name).join(', ')
}
