import type { Column, Entity, Table } from '../../../metadata/model.ts'
import type { Operator } from '../../model/operators.ts'
import type { Note } from '../../model/query.ts'
import type { Say } from '../../say/notation.ts'
import { quoted } from '../../say/refusals.ts'
import { likePattern } from '../../to-wire/like-pattern.ts'
import type { Clock } from './clock.ts'

/** A positive condition on a column, its values as they were written. */
export type Asked = {
  readonly table: Table
  readonly column: Column
  /** Positive: the resolver asks for what a negative negates, and negates the answer. */
  readonly operator: Operator
  readonly isNegated: boolean
  /** As many as the operator takes; of `in` one or more. */
  readonly values: readonly string[]
  /** As the asker wrote it, for notes: `createdon ne 2026-11-18`. */
  readonly written: string
  /** Prints what the asker may write instead, where the condition stands. */
  readonly say: Say
}

export type NamedRow = { readonly id: string; readonly name: string }

/** Rows by what they are called. */
export type NamedRows = {
  /** Rows of which one of the columns is the text, or like the pattern: `most` and one more, where there are more. */
  readonly find: (
    entity: Entity,
    columns: readonly string[],
    text: string,
    how: 'eq' | 'like',
    most: number,
  ) => Promise<readonly NamedRow[]>
}

export type ValueContext = {
  readonly note: Note
  readonly clock: () => Promise<Clock>
  readonly person: { readonly systemUserId: string }
  readonly rows: NamedRows
  readonly entityNamed: (name: string) => Promise<Entity | undefined>
  /** Undefined where the table is not published. */
  readonly tableOf: (entityName: string) => Promise<Table | undefined>
  readonly notation: 'odata' | 'fetchxml'
}

/** The pattern that an operator on text becomes: wildcards stand for themselves but in `like`. */
export function textPattern({ operator, values }: Asked, { note }: ValueContext): string {
  const [text = ''] = values
  if (operator.name === 'like' && !/[%_[]/.test(text))
    note(`like ${quoted(text)} has no %: it matches only the exact text.`)
  return likePattern(operator.name, text)
}
