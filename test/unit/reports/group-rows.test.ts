import { describe, expect, test } from '@jest/globals'
import { parseFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { canGroup, groupHere } from '../../../shared/reports/rows/group-rows.ts'

const LABEL = '@OData.Community.Display.V1.FormattedValue'
const ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const aggregate = (attributes: string, rest = '') =>
  parseFetch(`<fetch aggregate="true"><entity name="opportunity">${attributes}${rest}</entity></fetch>`).fetch
const BY_MONTH = (column: string, more = '') =>
  aggregate(
    ['year', 'quarter', 'month', 'day']
      .map((part) => `<attribute name="${column}" alias="${part}" groupby="true" dategrouping="${part}" ${more}/>`)
      .join(''),
  )

function grouped(fetch: ReturnType<typeof aggregate>, pages: Record<string, unknown>[][], zone = 'Europe/London') {
  const grouping = groupHere(fetch, zone)
  for (const page of pages) grouping.add(page)
  return grouping.rows()
}

describe('groups that are added up here', () => {
  test('are those that Dataverse gives, over all pages, with their labels', () => {
    const fetch = aggregate(
      '<attribute name="salesstage" alias="stage" groupby="true"/><attribute name="ownerid" alias="owner" groupby="true"/>' +
        '<attribute name="opportunityid" alias="n" aggregate="count"/><attribute name="value_base" alias="total" aggregate="sum"/>',
    )
    const row = (stage: number | null, value: number | null) => ({
      ...(stage !== null && { salesstage: stage, [`salesstage${LABEL}`]: `Stage ${stage}` }),
      _ownerid_value: 'id-1',
      [`_ownerid_value${LABEL}`]: 'Priya',
      [`_ownerid_value${ENTITY}`]: 'systemuser',
      value_base: value,
    })
    const owner = { owner: 'id-1', [`owner${LABEL}`]: 'Priya', [`owner${ENTITY}`]: 'systemuser' }
    expect(
      grouped(fetch, [
        [row(0, 0.1), row(null, 5)],
        [row(0, 0.2), row(0, null)],
      ]),
    ).toEqual([
      { stage: 0, [`stage${LABEL}`]: 'Stage 0', ...owner, n: 3, total: 0.3 },
      { stage: null, ...owner, n: 1, total: 5 },
    ])
  })

  test('nulls count for rows alone', () => {
    const figures = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max'].map(
      (name) => `<attribute name="v" alias="${name}" aggregate="${name}"/>`,
    )
    const fetch = aggregate(
      `${figures.join('')}<attribute name="v" alias="d" aggregate="countcolumn" distinct="true"/>`,
    )
    expect(grouped(fetch, [[{ v: 4 }, { v: null }, {}, { v: 4 }, { v: -1 }]])).toEqual([
      { count: 5, countcolumn: 3, sum: 7, avg: 2.3333, min: -1, max: 4, d: 2 },
    ])
    expect(grouped(fetch, [[{ v: null }]])).toEqual([
      { count: 1, countcolumn: 0, sum: null, avg: null, min: null, max: null, d: 0 },
    ])
  })

  test.each([
    ['a day has no time zone', '2026-03-31', 'Pacific/Auckland', '', [2026, 1, 3, 31]],
    ['leap day', '2028-02-29', 'America/Los_Angeles', '', [2028, 1, 2, 29]],
    ['a time is on the next day there', '2026-03-31T23:30:00Z', 'Europe/London', '', [2026, 2, 4, 1]],
    ['a time is in the year before there', '2027-01-01T03:00:00Z', 'America/New_York', '', [2026, 4, 12, 31]],
    ['unless UTC was asked for', '2027-01-01T03:00:00Z', 'America/New_York', 'usertimezone="false"', [2027, 1, 1, 1]],
    ['the hour that comes twice', '2026-10-25T00:30:00Z', 'Europe/London', '', [2026, 4, 10, 25]],
    ['without a value', null, 'Europe/London', '', [null, null, null, null]],
  ])('%s: %s', (_what, value, zone, more, [year, quarter, month, day]) => {
    expect(grouped(BY_MONTH('when', more), [[{ when: value }]], zone)).toEqual([{ year, quarter, month, day }])
  })

  test.each([
    ['plain groups', aggregate('<attribute name="a" alias="a" groupby="true"/>'), true, true],
    ['months in a known zone', BY_MONTH('a'), true, true],
    ['months in an unknown zone', BY_MONTH('a'), false, false],
    ['months in UTC', BY_MONTH('a', 'usertimezone="false"'), false, true],
    ['weeks', aggregate('<attribute name="a" alias="w" groupby="true" dategrouping="week"/>'), true, false],
    [
      'fiscal periods',
      aggregate('<attribute name="a" alias="w" groupby="true" dategrouping="fiscal-period"/>'),
      true,
      false,
    ],
    [
      'columns of another table',
      aggregate(
        '',
        '<link-entity name="account" alias="c"><attribute name="a" alias="a" groupby="true"/></link-entity>',
      ),
      true,
      false,
    ],
    ['a list', parseFetch('<fetch><entity name="a"><attribute name="b"/></entity></fetch>').fetch, true, false],
  ])('%s can be added up here: with a zone known (%#)', (_what, fetch, zoneKnown, can) => {
    expect(canGroup(fetch, zoneKnown)).toBe(can)
  })
})
