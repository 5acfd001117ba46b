import { QueryError } from '../../../dataverse/errors.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { MOST_TERM_DEPTH, type Term, type TermDefinition } from '../../../dataverse/query/terms/term.ts'
import type { Aggregation, Expression } from '../model.ts'
import { figuresIn, hasFigure, readExpression } from './measure/expression.ts'
import type { TermFigure, TermFigures } from './measure/term-figure.ts'
import { columnName } from './names.ts'

/** Where terms are found by what somebody calls them. */
export type TermNames = Omit<TermFigures, 'find'> & {
  readonly find: (name: string) => Term | undefined
  /** Told of each that is part of a figure, once. */
  readonly use: (term: Term) => void
}

const MOST_FIGURES = 100

/** Terms as measures: the figure that each stands for, over the rows that it speaks of. */
export function termFigures({ find, use, ...rest }: TermNames): TermFigures {
  const made = new Map<string, TermFigure>()
  const open: string[] = []
  const figureOf = (term: Term): TermFigure => {
    const known = made.get(term.slug)
    if (known) return known
    if (open.includes(term.slug) || open.length >= MOST_TERM_DEPTH) throw endless(term, open.includes(term.slug))
    const expression = inside(term)
    if (!hasFigure(expression)) throw wrong(term, 'is a number')
    if (figuresIn(expression) > MOST_FIGURES) throw wrong(term, `is made of more than ${MOST_FIGURES} figures`)
    const figure = {
      name: columnName(term.name) ?? term.slug.replaceAll('-', '_'),
      expression: within(expression, term),
    }
    made.set(term.slug, figure)
    return figure
  }
  const inside = (term: Term): Expression => {
    use(term)
    open.push(term.slug)
    try {
      return readExpression(measureOf(term), figures)
    } finally {
      open.pop()
    }
  }
  const figures: TermFigures = {
    find: (name) => {
      const term = find(name)
      return term && figureOf(term)
    },
    ...rest,
  }
  return figures
}

/** As it is defined, or what follows from its other parts. */
export function measureOf({ measure, amount }: Pick<TermDefinition, 'measure' | 'amount'>): string {
  return measure ?? (amount === undefined ? 'count' : `sum(${amount})`)
}

/** Each figure over the rows of the term alone; a period of it is one of the outermost term that has a date. */
function within(expression: Expression, term: Term): Expression {
  if (expression.kind === 'number') return expression
  if (expression.kind === 'share') return { kind: 'share', of: within(expression.of, term) }
  if (expression.kind === 'aggregation') return { kind: 'aggregation', aggregation: over(expression.aggregation, term) }
  const { left, right } = expression
  return { ...expression, left: within(left, term), right: within(right, term) }
}

function over({ where, period, ...rest }: Aggregation, { name, filter, date = period }: Term): Aggregation {
  // A period of the condition is one of the term, which has to be asked for then, whatever rows it leaves.
  const isDated = date !== undefined && /\bperiod\b/i.test(where ?? '') && !/\bterm\b/i.test(where ?? '')
  const own = filter === undefined && !isDated ? [] : [`term eq '${name.replaceAll("'", "''")}'`]
  const conditions = [...own, ...(where === undefined ? [] : [own.length > 0 ? `(${where})` : where])].join(' and ')
  return { ...rest, ...(conditions !== '' && { where: conditions }), ...(date !== undefined && { period: date }) }
}

function wrong({ name }: Term, problem: string): QueryError {
  return new QueryError(
    'invalid_measure',
    `The measure of the term "${shown(name)}" ${problem}.`,
    'Write what is meant by it as a measure: sum(estimatedvalue).',
  )
}

function endless(term: Term, isCircle: boolean): QueryError {
  return wrong(term, isCircle ? 'is made of itself' : `is made of more than ${MOST_TERM_DEPTH} terms, one in another`)
}
