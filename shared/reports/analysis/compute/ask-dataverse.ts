import { isTooManyToAggregate, type DataverseError } from '../../../dataverse/errors.ts'
import type { Query, Source } from '../../../dataverse/query/model/query.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { Page, type Row } from '../../../dataverse/rows/rows.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { Read, ReadResult, WebApi } from '../../../dataverse/web-api/web-api.ts'
import type { Aggregation, Group, Key, Tally } from '../model.ts'
import type { ResolvedSlice } from '../plan/resolve-slices.ts'
import { groupAlias, probeAlias, ROWS, type Probe } from '../plan/written-slice.ts'
import { aggregateKey } from './group-keys.ts'
import { tabled, tallied, type SliceAnswer } from './group-table.ts'

export type Asking = { readonly groups: readonly Group[]; readonly aggregations: readonly Aggregation[] }

const AnnotatedPage = Page.loose()
type Answered = ReadResult<ReturnType<(typeof AnnotatedPage)['parse']>>
/** Of groups, as of rows. @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results */
const PAGE_SIZE = 5_000
const MORE = '@Microsoft.Dynamics.CRM.morerecords'

/**
 * Slices as Dataverse adds them up, in one request; `undefined` for one that is too many rows or groups for it.
 * @throws DataverseError
 */
export async function askDataverse(
  slices: readonly ResolvedSlice[],
  asking: Asking,
  api: WebApi,
): Promise<readonly (SliceAnswer | undefined)[]> {
  const questions = slices.map((slice) => questionsOf(slice, asking))
  const answers = await readTogether(questions.flat(), api)
  let at = 0
  return slices.map((slice, place) => {
    const count = questions[place]?.length ?? 0
    const own = answers.slice(at, at + count)
    at += count
    return answerOf(slice, own, asking)
  })
}

/** Its groups, and in one group what groups cannot be put together for. */
function questionsOf({ query, entity, places }: ResolvedSlice, { groups, aggregations }: Asking): Read<unknown>[] {
  const hasDistinct = groups.length > 0 && places.some((place) => aggregations[place]?.name === 'distinct')
  const asked = hasDistinct ? [query, ungrouped(query)] : [query]
  return asked.map((one) => ({
    path: withOptions(entity.entitySet, { fetchXml: writeFetch(one) }),
    schema: AnnotatedPage,
  }))
}

function ungrouped(query: Query): Query {
  return { ...query, entity: { ...withoutGroups(query.entity), orders: [] } }
}

function withoutGroups<S extends Source>(source: S): S {
  const attributes = source.attributes.filter(({ groupBy }) => !groupBy)
  return { ...source, attributes, orders: [], links: source.links.map((link) => withoutGroups(link)) }
}

/** A single one that is too many rows to aggregate is told, as one of several would be. */
async function readTogether(reads: readonly Read<unknown>[], api: WebApi): Promise<readonly Answered[]> {
  const [first, ...others] = reads
  if (!first) return []
  if (others.length > 0) return (await api.batch(reads)) as readonly Answered[]
  return [
    await api.get(first.path, AnnotatedPage).then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => {
        if (isTooManyToAggregate(error)) return { ok: false, error: error as DataverseError } as const
        throw error
      },
    ),
  ]
}

function answerOf(slice: ResolvedSlice, answers: readonly Answered[], asking: Asking): SliceAnswer | undefined {
  const refused = answers.find(({ ok }) => !ok)
  if (refused && !refused.ok) {
    if (isTooManyToAggregate(refused.error)) return undefined
    throw refused.error
  }
  const [grouped, whole] = answers.map((answer) => (answer.ok ? answer.value : undefined))
  if (!grouped || grouped[MORE] === true || grouped.value.length >= PAGE_SIZE) return undefined
  const { groups, aggregations } = asking
  const keys = groups.map((group, at) => aggregateKey(group, at))
  const talliesOf = (row: Row): Map<number, Tally> =>
    new Map(slice.places.flatMap((place) => placed(place, row, slice, aggregations)))
  const found = grouped.value.map((row) => ({ keys: keys.map((key) => key(row)), tallies: talliesOf(row) }))
  const table = tabled(found)
  const [total] = whole?.value ?? []
  return {
    groups: table,
    whole: new Map([...tallied(table.values(), slice.places), ...(total ? talliesOf(total) : [])]),
    read: 0,
    isPartial: false,
    way: 'aggregate',
    ...annotationsOf(grouped.value, groups),
  }
}

function placed(
  place: number,
  row: Row,
  { probes }: ResolvedSlice,
  aggregations: readonly Aggregation[],
): [number, Tally][] {
  const aggregation = aggregations[place]
  if (!aggregation) return []
  const { of } = aggregation
  const read = (probe: Probe): unknown =>
    of?.kind === 'column' ? row[probeAlias(probes, of.column, probe)] : undefined
  const rows = numberIn(row[ROWS])
  const distinct = read('distinct')
  const tally = {
    rows,
    known: of ? numberIn(read('known')) : rows,
    sum: numberIn(read('sum')),
    min: extremeIn(read('min')),
    max: extremeIn(read('max')),
    ...(typeof distinct === 'number' && { distinct }),
  }
  return [[place, tally]]
}

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0)
const extremeIn = (value: unknown): number | string | null =>
  typeof value === 'number' || typeof value === 'string' ? value : null

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_TABLE = '@Microsoft.Dynamics.CRM.lookuplogicalname'

function annotationsOf(
  rows: readonly Row[],
  groups: readonly Group[],
): { readonly labels: Map<string, string>; readonly targets: Map<string, string> } {
  const [labels, targets] = [new Map<string, string>(), new Map<string, string>()]
  for (const [at, { kind }] of groups.entries())
    for (const row of kind === 'column' ? rows : []) {
      const alias = groupAlias(at)
      const key: Key | undefined = row[alias] as Key | undefined
      const [label, table] = [row[alias + FORMATTED], row[alias + LOOKUP_TABLE]]
      if (typeof label === 'string') labels.set(`${at} ${key}`, label)
      if (typeof table === 'string') targets.set(`${at} ${key}`, table)
    }
  return { labels, targets }
}
