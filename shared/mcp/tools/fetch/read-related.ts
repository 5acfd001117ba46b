import * as z from 'zod'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import { Page, type Row } from '../../../dataverse/rows/rows.ts'
import type { Read, ReadResult } from '../../../dataverse/web-api/web-api.ts'
import type { Refused } from '../record/not-shown.ts'
import { MOST_RELATED, type Related, type RelatedRows } from './related-rows.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const States = z.array(z.looseObject({ state: z.int().nullish(), rows: z.int() }))
const Count = z.tuple([z.object({ rows: z.int() })])

/** How many rows there are in a state; open ones have state 0 in every table that is shown by it. */
type State = { readonly label: string; readonly isOpen: boolean; readonly rows: number }

/** What came of the rows of a table. */
export type Found = {
  readonly of: RelatedRows
  readonly rows: readonly Row[]
  readonly more: boolean
  /** Absent where they were not asked for, or could not be counted. */
  readonly states?: readonly State[]
  /** Tables whose rows were looked through beside the record itself. */
  readonly through: readonly Entity[]
}

export type FoundRelated = {
  readonly found: readonly Found[]
  readonly counted: readonly { readonly entity: Entity; readonly rows: number }[]
  readonly uncounted: readonly Entity[]
  /** By table once. */
  readonly refused: readonly Refused[]
}

type Answer = ReadResult<Page>

/** What is read for related rows, in the order that {@link foundRelated} takes the answers in. */
export function relatedReads({ rows, counted }: Related): Read<Page>[] {
  const paths = rows.flatMap(({ lists, states }) => [...lists.map(({ path }) => path), ...(states ? [states] : [])])
  return [...paths, ...counted.map(({ path }) => path)].map((path) => ({ path, schema: Page }))
}

export function foundRelated({ rows, counted, uncounted }: Related, answers: readonly Answer[]): FoundRelated {
  const left = [...answers]
  const refused: Refused[] = []
  const found = rows.map((of) => {
    const lists = of.lists.map((list) => ({ list, answer: left.shift() }))
    const states = of.states === undefined ? undefined : left.shift()
    refused.push(...refusedBy(of, lists))
    return foundOf(of, lists, states)
  })
  const counts = counted.flatMap(({ entity }) => {
    const answer = left.shift()
    if (answer && !answer.ok) refused.push({ entity, error: answer.error })
    const count = answer?.ok ? Count.safeParse(answer.value.value).data : undefined
    return count ? [{ entity, rows: count[0].rows }] : []
  })
  const once = new Map(refused.map((one) => [one.entity.name, one]))
  return { found, counted: counts, uncounted, refused: [...once.values()] }
}

type Answered = { readonly list: RelatedRows['lists'][number]; readonly answer: Answer | undefined }

/** Where the record's own rows are refused it is for their table; those through another table are refused for that one. */
function refusedBy({ entity }: RelatedRows, lists: readonly Answered[]): Refused[] {
  const failed = lists.flatMap(({ list, answer }) =>
    answer && !answer.ok ? [{ through: list.through, error: answer.error }] : [],
  )
  const own = failed.find(({ through }) => through === undefined)
  if (own) return [{ entity, error: own.error }]
  return failed.map(({ through = entity, error }) => ({ entity: through, error }))
}

function foundOf(of: RelatedRows, lists: readonly Answered[], states: Answer | undefined): Found {
  const read = lists.flatMap(({ list, answer }) => (answer?.ok ? [{ list, rows: answer.value.value }] : []))
  const all = new Map(read.flatMap(({ rows }) => rows.map((row) => [row[of.entity.idColumn], row] as const)))
  const changed = (row: Row): string => String(row['modifiedon'])
  const sorted =
    lists.length === 1 ? [...all.values()] : [...all.values()].toSorted((a, b) => (changed(a) < changed(b) ? 1 : -1))
  const counted = states?.ok ? States.safeParse(states.value.value).data : undefined
  return {
    of,
    rows: sorted.slice(0, MOST_RELATED),
    more: sorted.length > MOST_RELATED,
    through: read.flatMap(({ list }) => list.through ?? []),
    ...(counted && { states: counted.map(stateOf) }),
  }
}

function stateOf({ state, rows, ...row }: z.output<typeof States>[number]): State {
  const label = row[`state${FORMATTED}`]
  return { label: typeof label === 'string' ? label : String(state), isOpen: state === 0, rows }
}
