// Not in a bare npm test: starts programs.
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { read } from '../../text-checks.ts'
import { AUDIT_TABLE, bindQueries, QUERIES, queryFiles, type Bound } from './queries.ts'

// Loading the language service takes two seconds of a processor.
jest.setTimeout(60_000)

const files = queryFiles()
/** What a person, the workbook or the template puts a value in the place of. */
const PLACES = ['{Record}', '{Person}', '{Around}', '{Id}', '{CapInGb}']

const MISTAKES: Readonly<Record<string, string>> = {
  'a column that is not there': `${AUDIT_TABLE} | where UserID == 'x'`,
  'a table that is not there': "Audit_CL | where Event == 'tool.called'",
  'a sum of text': `${AUDIT_TABLE} | summarize sum(Event)`,
  'text compared with a number': `${AUDIT_TABLE} | where Event > 5`,
  'a column that a summary has dropped': `${AUDIT_TABLE} | summarize count() by Tool | where Event == 'x'`,
  'a function that is not there': `${AUDIT_TABLE} | summarize percentiel(DurationMs, 95)`,
  'an argument too few': `${AUDIT_TABLE} | summarize percentile(DurationMs)`,
  'a text that does not end': `${AUDIT_TABLE} | where Event == 'tool.called`,
  'a pipe too many': `${AUDIT_TABLE} | | count`,
  "a column of Application Insights' other spelling": 'AppRequests | where resultCode == 500',
}

let bound: Bound = {}
beforeAll(async () => {
  bound = await bindQueries({ ...files, ...MISTAKES })
})

test.each(Object.keys(files))('%s parses, and every name in it is bound', (file) => {
  expect(bound[file]).toEqual([])
})

test.each(Object.keys(MISTAKES))('%s would be found', (mistake) => {
  expect(bound[mistake]).not.toEqual([])
})

test('each folder has at most thirteen entries, and nothing but queries', () => {
  const folders = readdirSync(QUERIES, { recursive: true, withFileTypes: true })
  const entries = Map.groupBy(folders, ({ parentPath }) => parentPath)
  expect([...entries.values()].filter((inside) => inside.length > 13)).toEqual([])
  expect(folders.filter((one) => one.isFile() && !one.name.endsWith('.kql'))).toEqual([])
})

/** Names of events, as they stand in the type that no run knows. */
const EVENTS = [...read('shared/telemetry/events.ts').matchAll(/^ {2}\| '([a-z]+\.[a-z]+)'$/gm)].map(([, name]) => name)
/** Every text in a query that has the form of an event's name. */
const eventsIn = (query: string) => [...query.matchAll(/'([a-z]+\.[a-z]+)'/g)].map(([, name]) => name)
const prefixesIn = (query: string) => [...query.matchAll(/Event startswith '([^']*)'/g)].map(([, start]) => start ?? '')

describe.each(Object.entries(files))('%s', (file, query) => {
  test('names events that the app writes', () => {
    expect(EVENTS.length).toBeGreaterThan(25)
    expect(eventsIn(query).filter((name) => !EVENTS.includes(name))).toEqual([])
    for (const start of prefixesIn(query)) expect(EVENTS.some((name) => name?.startsWith(start))).toBe(true)
  })

  test('says first what it answers, and has no place that nothing fills', () => {
    expect(query).toMatch(/^\/\/ [A-Z]/)
    const places = query.match(/\{[A-Z]\w*\}/g) ?? []
    expect(places.filter((place) => !PLACES.includes(place))).toEqual([])
  })

  test('counts an event once that a lost reply brought twice', () => {
    if (!query.includes(AUDIT_TABLE) || file.startsWith('alerts/')) return
    expect(query).toMatch(/summarize take_any\(\*\) by EventId|by GrantId/)
  })
})
