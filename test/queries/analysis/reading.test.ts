// Not in a bare npm test: reads ten thousand rows page after page, again and again.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { WireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import type { Aggregation, Analysis, Group, Outcome } from '../../../shared/reports/analysis/model.ts'
import { bulkRows } from '../../sandbox/dataverse/seed/bulk.ts'
import { PEOPLE, person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { figureIn } from './check.ts'
import { stageAt, type CallOptions, type Stage } from './stage.ts'
import { column } from './subjects.ts'

/** Two full pages and a bit. */
const MANY = 10_003
const rep = person('sales rep')
const value = column('estimatedvalue')
const BULK = "startswith(name,'Bulk')"
const stageGroup: Group = { kind: 'column', name: 'salesstage', column: { path: [], name: 'salesstage' } }
const nameGroup: Group = { kind: 'column', name: 'name', column: { path: [], name: 'name' } }

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW, bulkRows({ entity: 'opportunity', count: MANY, owner: rep.name }, PEOPLE, NOW))
  // What a warm worker knows.
  await compute([{ name: 'count' }], { filter: "name eq 'none'" })
}, 60_000)
afterAll(() => stage.close())

type Computed = { readonly outcome: Outcome; readonly requests: number; readonly figures: readonly unknown[] }

async function compute(
  aggregations: readonly Aggregation[],
  more: Partial<Analysis> = {},
  options: CallOptions = {},
): Promise<Computed> {
  const measures = aggregations.map((aggregation, at) => {
    return { name: `m${at}`, expression: { kind: 'aggregation', aggregation } as const }
  })
  let requests = 0
  // A connection that was kept too long is tried again, which is no request that was answered.
  const counted: WireFetch = async (url, init) => {
    const response = await (options.fetch ?? fetch)(url, init)
    requests += 1
    return response
  }
  const deps = stage.call(rep, { ...options, fetch: counted })
  const outcome = await computeAnalysis({ entity: 'opportunity', filter: BULK, groups: [], measures, ...more }, deps)
  const figures = aggregations.map((aggregation, at) => figureIn({ aggregation }, outcome.sides[0]?.whole.get(at)))
  return { outcome, requests, figures }
}

const sqlRow = (selected: string, where = "name like 'Bulk%'"): readonly unknown[] =>
  Object.values(stage.oracle.rows(rep, `select ${selected} from opportunity where ${where}`)[0] ?? {})

/** Passes requests on, and tells of each what it was asked with and what came back. */
function watching(answer: (at: number, send: () => Promise<Response>) => Promise<Response>): {
  readonly fetch: WireFetch
  readonly seen: { asked: string; answered: string }[]
} {
  const seen: { asked: string; answered: string }[] = []
  const watched: WireFetch = async (url, init) => {
    const response = await answer(seen.length, () => fetch(url, init))
    const answered = await response.clone().text()
    seen.push({
      asked: `${JSON.stringify(init.headers)} ${init.body ?? ''}`,
      answered,
    })
    return response
  }
  return { fetch: watched, seen }
}

describe('what Dataverse adds up', () => {
  test('comes in one request, whatever is asked of which rows', async () => {
    const { requests, outcome, figures } = await compute(
      [
        { name: 'avg', of: value },
        { name: 'sum', of: value, where: 'salesstage eq 2' },
        { name: 'distinct', of: column('salesstage') },
      ],
      { groups: [stageGroup], compare: ['createdon ge 2026-11-01', 'createdon lt 2026-11-01'] },
    )
    expect(requests).toBe(1)
    expect(outcome.sides.flatMap(({ readings }) => readings.map(({ way }) => way))).toEqual(Array(4).fill('aggregate'))
    const since = "name like 'Bulk%' and substr(local(createdon), 1, 10) >= '2026-11-01'"
    const average = sqlRow('avg(estimatedvalue_base)', since)[0]
    const [sum] = sqlRow('sum(estimatedvalue_base)', `${since} and salesstage = 2`)
    expect([figures[0], figures[1], figures[2]]).toEqual([expect.closeTo(Number(average), 6), sum, 4])
  })

  test('of more groups than a page has is added up from the rows', async () => {
    const { outcome, requests } = await compute([{ name: 'sum', of: value }], { groups: [nameGroup] })
    expect(outcome.sides[0]?.readings).toEqual([{ way: 'rows', read: MANY, isPartial: false }])
    expect(outcome.sides[0]?.groups).toHaveLength(MANY)
    expect(requests).toBe(4)
  })

  test('of more rows than it adds up is added up from the rows', async () => {
    const limited: WireFetch = (url, init) =>
      fetch(
        (url instanceof URL ? url.href : '').replace(
          '%3Cfetch%20aggregate',
          '%3Cfetch%20aggregatelimit%3D%22100%22%20aggregate',
        ),
        init,
      )
    const { outcome, figures, requests } = await compute(
      [{ name: 'sum', of: value }, { name: 'count' }],
      {},
      { fetch: limited },
    )
    expect(outcome.sides[0]?.readings).toEqual([{ way: 'rows', read: MANY, isPartial: false }])
    expect(figures).toEqual(sqlRow('sum(estimatedvalue_base), count(*)'))
    expect(requests).toBe(4)
  })
})

describe('rows that are added up here', () => {
  const median: Aggregation = { name: 'median', of: value }

  test('come page after page, bare of all but where the next begins', async () => {
    const { fetch: watched, seen } = watching((_at, send) => send())
    const { outcome, figures, requests } = await compute([median, { name: 'count' }], {}, { fetch: watched })
    expect([figures[1], requests, seen.length]).toEqual([MANY, 3, 3])
    expect(outcome.sides[0]?.readings).toEqual([{ way: 'rows', read: MANY, isPartial: false }])
    const ordered = stage.oracle.ids(
      rep,
      "select estimatedvalue_base from opportunity where name like 'Bulk%' order by 1",
    )
    expect(figures[0]).toBe(ordered[(MANY - 1) / 2])
    for (const { asked, answered } of seen) {
      expect(asked).not.toContain('*"')
      expect(answered).not.toContain('FormattedValue')
    }
  })

  test('of several conditions come as one request a page', async () => {
    const { requests, figures } = await compute([median, { name: 'median', of: value, where: 'salesstage ge 1' }])
    expect([requests, figures.every((one) => typeof one === 'number')]).toEqual([3, true])
  })

  test('tell the tables of a lookup that leads to several', async () => {
    const regarding: Group = { kind: 'column', name: 'about', column: { path: [], name: 'regardingobjectid' } }
    const asked = { entity: 'activitypointer', filter: undefined, groups: [regarding] }
    const age = { kind: 'between', unit: 'days', from: { path: [], name: 'createdon' }, to: 'today' } as const
    const { outcome: read } = await compute([{ name: 'median', of: age }], asked)
    const { outcome: added } = await compute([{ name: 'count' }], asked)
    const targets = read.sides[0]?.targets ?? new Map()
    expect(new Set(targets.values()).size).toBeGreaterThan(2)
    expect(new Map([...targets].toSorted())).toEqual(new Map([...(added.sides[0]?.targets ?? [])].toSorted()))
  })

  test.each([
    [1, 5_000],
    [2, 10_000],
  ])('are those of %i pages where time is over then', async (pages, read) => {
    let time = NOW.getTime()
    const { fetch: watched } = watching(async (_at, send) => {
      time += 10_000
      return await send()
    })
    const options = { fetch: watched, now: () => time, deadlineMs: pages * 10_000 + 5_000 }
    const { outcome, figures } = await compute([median, { name: 'count' }], {}, options)
    expect(outcome.sides[0]?.readings).toEqual([{ way: 'rows', read, isPartial: true }])
    expect(figures[1]).toBe(read)
  })

  test('of which none could be read in time are no figures', async () => {
    const asked = compute([median], {}, { deadlineMs: 500 })
    await expect(asked).rejects.toMatchObject({ name: 'DataverseError', kind: 'timeout' })
  })

  test.each([
    ['a moment', '0', false],
    ['longer than the call', '300', true],
  ])('are throttled for %s after the first page', async (_what, seconds, isPartial) => {
    const { fetch: watched } = watching(async (at, send) =>
      at === 1 ? new Response('{}', { status: 429, headers: { 'retry-after': seconds } }) : await send(),
    )
    const { outcome } = await compute([median], {}, { fetch: watched })
    expect(outcome.sides[0]?.readings).toEqual([{ way: 'rows', read: isPartial ? 5_000 : MANY, isPartial }])
  })
})
