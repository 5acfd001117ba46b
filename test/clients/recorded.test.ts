import { describe, expect, test } from '@jest/globals'
import { createJudge, VISITORS } from './runner/judge.ts'
import { driftOf, MODES, readRecord, type Row } from './runner/record.ts'
import { nameOf, ROSTER, versionOf } from './runner/roster.ts'
import type { Shown } from './runner/visit.ts'
import { openOracle } from '../bench/accuracy/world.ts'
import { QUERY_IN_SQL } from './runner/visit.ts'

describe('recorded.json', () => {
  test('has every package in both modes of the host, by the versions that are pinned', () => {
    const pinned = MODES.flatMap((mode) => ROSTER.map((entry) => `${nameOf(entry)} ${versionOf(entry)} ${mode}`))
    const recorded = readRecord().map((row) => `${row.package} ${row.version} ${row.mode}`)
    expect(recorded.toSorted()).toEqual(pinned.toSorted())
  })

  const ROW: Row = { package: 'a', version: '1.0.0', mode: 'buffered', result: 'connects' }
  test.each<[string, Partial<Row>, RegExp | undefined]>([
    ['the same', {}, undefined],
    ['another version', { version: '1.0.1' }, /version recorded as "1.0.0", now "1.0.1"/],
    ['a failure', { result: 'failed: HTTP 500' }, /result recorded as "connects", now "failed: HTTP 500"/],
    ['a mode that was not run before', { mode: 'stream' }, /not recorded/],
  ])('held against a run, %s', (_, change, drift) => {
    const [found, ...more] = driftOf([{ ...ROW, ...change }], [ROW])
    expect(more).toEqual([])
    expect(found ?? '').toMatch(drift ?? /^$/)
  })
})

describe('what a package shows', () => {
  const judge = createJudge()
  const oracle = openOracle()
  const [priya, marcus] = VISITORS.map((who) => ({ who, rows: oracle.ids(who, QUERY_IN_SQL).join(' ') }))
  if (!priya || !marcus) throw new Error('two people visit')
  const right: Shown = {
    tools: ['whoami', 'query_crm', 'get_record', 'run_report', 'search', 'fetch'],
    whoami: 'Priya Nair',
    rows: `{"rows": "${priya.rows}"}`,
    refreshed: priya.rows,
  }

  test.each<[string, Partial<Shown>, RegExp | undefined]>([
    ['her own', {}, undefined],
    ['a tool less', { tools: right.tools.slice(1) }, /no tool whoami/],
    ['another name beside hers', { whoami: 'Priya Nair, Marcus Webb' }, /says Marcus/],
    ['no name', { whoami: 'Unauthorized' }, /does not say Priya/],
    ['the rows of her manager', { rows: marcus.rows }, /not the rows of Priya/],
    ['her rows in another order', { rows: priya.rows.split(' ').toReversed().join(' ') }, /not the rows of Priya/],
    ['one row less', { rows: priya.rows.slice(37) }, /not the rows of Priya/],
    ['nothing after the refresh', { refreshed: 'Unauthorized' }, /after the refresh/],
  ])('to the rep, %s', (_, change, problem) => {
    const [found, ...more] = judge(priya.who, { ...right, ...change })
    expect(more).toEqual([])
    expect(found ?? '').toMatch(problem ?? /^$/)
  })
})
