import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { describeTerm } from '../../../../shared/dataverse/query/terms/say-term.ts'
import { callTool, createHarness, type Harness } from '../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'
import { ENTITY_DEFINITIONS, metadataFor } from '../support/upstream-metadata.ts'
import { startUpstream, type Upstream, type UpstreamAnswer, type UpstreamRequest } from '../support/upstream.ts'

type Column = { name: string; type: string; label?: string; choices?: string; leadsTo?: string; required?: boolean }
type Described = {
  columns: Column[]
  relationships: { name: string; target: string; column?: string; through?: string }[]
  terms?: string[]
  technicalColumns?: string
  more: boolean
  cursor?: string
  notes?: string[]
}
type Listed = {
  entities: { name: string; kind: string }[]
  total: number
  more: boolean
  cursor?: string
  notes?: string[]
}

/** As an organization's own apps name their tables. */
const LONG_NAMES = Array.from({ length: 90 }, (_, at) => `contoso_${'customerengagement'.repeat(3)}${100 + at}`)
const READ = '8d27ec30-0c1e-4a6b-8c2d-10a3c1a86f01'

function longNames({ path }: UpstreamRequest): UpstreamAnswer | undefined {
  if (path.includes('RetrieveUserPrivileges')) return { body: { RolePrivileges: [{ PrivilegeId: READ }] } }
  if (path !== 'EntityDefinitions') return undefined
  const value = LONG_NAMES.map((LogicalName) => ({
    ...ENTITY_DEFINITIONS.value[0],
    LogicalName,
    EntitySetName: `${LogicalName}s`,
    Privileges: [{ PrivilegeId: READ, PrivilegeType: 'Read' }],
  }))
  return { body: { value } }
}

let stage: Stage
let worker: Harness
let upstream: Upstream
let long: Harness
beforeAll(async () => {
  stage = await openStage()
  upstream = await startUpstream()
  upstream.metadata = (request, inBatch) => longNames(request) ?? metadataFor(request, inBatch)
  long = createHarness(upstream.url)
})
afterAll(async () => {
  await stage.close()
  await upstream.stop()
})
beforeEach(() => {
  worker = stage.coldWorker()
})

async function describeEntity(args: object, who?: Who): Promise<Described> {
  return (await called(worker, 'get_entity_metadata', args, who)).answer.structuredContent as unknown as Described
}
async function listEntities(args: object, who?: Who): Promise<Listed> {
  return (await called(worker, 'list_entities', args, who)).answer.structuredContent as unknown as Listed
}
const names = (listed: readonly { name: string }[]): string[] => listed.map(({ name }) => name)

describe('get_entity_metadata', () => {
  test('describes an opportunity in 9 KB and as text, what matters first', async () => {
    const { answer } = await called(worker, 'get_entity_metadata', { entity: 'Opportunities' })
    expect(Buffer.byteLength(JSON.stringify(answer.structuredContent))).toBeLessThanOrEqual(9_500)
    expect(Buffer.byteLength(answer.content[0]?.text ?? '')).toBeLessThanOrEqual(8_000)
    const { columns, relationships, terms, technicalColumns } = answer.structuredContent as unknown as Described
    expect(names(columns).slice(0, 5)).toEqual(['opportunityid', 'name', 'statecode', 'statuscode', 'ownerid'])
    expect(columns).toContainEqual(
      expect.objectContaining({
        name: 'statuscode',
        choices: expect.stringMatching(/^Open: 1 In Progress.*; Won: 3 Won/),
      }),
    )
    expect(columns.find(({ name }) => name === 'customerid')?.leadsTo).toContain('account via customerid_account')
    expect(columns.find(({ name }) => name === 'ownerid')?.leadsTo).toBe(
      'systemuser via owninguser, team via owningteam',
    )
    expect(relationships).toContainEqual({ name: 'Opportunity_Tasks', target: 'task', column: 'regardingobjectid' })
    expect(terms).toContainEqual(expect.stringMatching(/^won \(or .*Opportunities closed as won/))
    expect(technicalColumns).toContain('versionnumber')
    expect(names(columns)).not.toContain('owneridname')
    expect(names(columns)).not.toContain('estimatedvalue_base')
  })

  test.each([
    ['contact', ['birthdate', 'mobilephone', 'description', 'originatingleadid', 'annualincome']],
    ['account', ['revenue', 'numberofemployees', 'industrycode', 'websiteurl', 'parentaccountid', 'description']],
    ['lead', ['leadsourcecode', 'leadqualitycode', 'companyname', 'estimatedamount', 'revenue', 'subject']],
  ])('the first page of %s holds what questions are about, and no second address', async (entity, asked) => {
    const shown = names((await describeEntity({ entity })).columns)
    expect(shown).toEqual(expect.arrayContaining(asked))
    expect(shown.filter((name) => name.startsWith('address2_'))).toEqual([])
  })

  test('a cold worker takes two requests, a warm one none, the first table with secured columns one more', async () => {
    expect((await called(worker, 'get_entity_metadata', { entity: 'opportunity' })).requests).toBeLessThanOrEqual(2)
    expect((await called(worker, 'get_entity_metadata', { entity: 'opportunity' })).requests).toBe(0)
    expect((await called(worker, 'get_entity_metadata', { entity: 'account' })).requests).toBe(2)
    expect((await called(worker, 'get_entity_metadata', { entity: 'contact' })).requests).toBe(1)
  })

  test.each(['account', 'contact', 'lead', 'opportunity', 'incident', 'systemuser', 'email', 'team'])(
    'pages through %s without a gap, in text as well, 9 KB and 8 KB a page',
    async (entity) => {
      const seen: string[] = []
      let cursor: string | undefined
      for (let pages = 0; pages < 10; pages += 1) {
        const { answer } = await called(worker, 'get_entity_metadata', { entity, ...(cursor && { cursor }) })
        const page = answer.structuredContent as unknown as Described
        const text = answer.content[0]?.text ?? ''
        expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(9_500)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000)
        const lines = text.split('\n')
        for (const { name, type, label, choices = '', leadsTo = '' } of page.columns) {
          const line = lines.find((one) => one.startsWith(`${name}: ${type}`)) ?? ''
          for (const part of [label ?? '', choices, leadsTo]) expect(line).toContain(part)
        }
        for (const { name, target, column = '', through = '' } of page.relationships)
          expect(lines).toContain(`${name}: ${target}${column && ` by ${column}`}${through && ` through ${through}`}`)
        for (const one of page.terms ?? []) expect(lines).toContain(one)
        expect(/ follow with cursor "([^"]+)"/.exec(text)?.[1]).toBe(page.cursor)
        seen.push(...names(page.columns), ...names(page.relationships), ...(page.terms ?? []))
        cursor = page.cursor
        expect(page.more).toBe(cursor !== undefined)
        if (cursor === undefined) break
        expect(page.notes?.join()).toContain(`cursor "${cursor}"`)
      }
      expect(cursor).toBeUndefined()
      expect(new Set(seen).size).toBe(seen.length)
      const described = BUILT_IN_TERMS.filter((one) => one.entity === entity).map((one) => describeTerm(one, 400))
      expect(seen).toEqual(expect.arrayContaining(described))
    },
  )

  test.each([
    ['close date', 'estimatedclosedate'],
    ['EST. REVENUE', 'estimatedvalue'],
    ['on hold', 'statuscode'],
    ['customerid_contact', 'customerid'],
    ['versionnumber', 'versionnumber'],
    ['estimatedvalue_base', 'estimatedvalue_base'],
  ])('a search for %s finds %s', async (search, column) => {
    const found = await describeEntity({ entity: 'opportunity', search })
    expect(names(found.columns)).toContain(column)
    expect(found.technicalColumns).toBeUndefined()
  })

  test('a yes or no has its two labels, in text as well', async () => {
    const { answer } = await called(worker, 'get_entity_metadata', { entity: 'contact', search: 'donotemail' })
    const { columns } = answer.structuredContent as unknown as Described
    expect(columns).toEqual([expect.objectContaining({ type: 'Boolean', choices: 'false Allow, true Do Not Allow' })])
    expect(answer.content[0]?.text).toContain('choices: false Allow, true Do Not Allow')
  })

  test.each([2_000, 4_000, 25_000])('a result of %d bytes at most is kept to, and pages on', async (resultBytes) => {
    const small = stage.coldWorker({ resultBytes })
    const { answer, bytes } = await called(small, 'get_entity_metadata', { entity: 'account' })
    expect(bytes).toBeLessThanOrEqual(resultBytes + 400)
    expect(answer.structuredContent?.cursor).toEqual(expect.any(String))
  })

  test('a search finds relationships by their target, and what is nearest when nothing matches', async () => {
    const found = await describeEntity({ entity: 'opportunity', search: 'phonecall' })
    expect(names(found.relationships)).toEqual(['Opportunity_Phonecalls'])
    const { relationships } = await describeEntity({ entity: 'opportunity', search: 'competitor' })
    expect(relationships).toContainEqual(
      expect.objectContaining({ target: 'competitor', through: 'opportunitycompetitors' }),
    )
    const near = await describeEntity({ entity: 'opportunity', search: 'estimatedclosdate' })
    expect(names(near.columns)).toContain('estimatedclosedate')
    expect(near.notes?.[0]).toContain('nearest')
    const none = await describeEntity({ entity: 'opportunity', search: 'zzzzqqqq' })
    expect(none.columns).toEqual([])
  })

  test.each([
    ['weighted forecast', /^weighted pipeline/],
    ['estimated close date is before', /^overdue/],
    ['Actual revenue', /^(?:won|lost)/],
  ])('a search finds terms by their names, other words and meaning: %s', async (search, expected) => {
    const { terms = [] } = await describeEntity({ entity: 'opportunity', search })
    expect(terms.length).toBeGreaterThan(0)
    for (const one of terms) expect(one).toMatch(expected)
  })

  test('an unknown entity comes back with the nearest', async () => {
    const { answer } = await called(worker, 'get_entity_metadata', { entity: 'oportunity' })
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toContain('opportunity')
  })

  test('a cursor is refused beside another search, which would begin in its midst', async () => {
    const first = await called(worker, 'get_entity_metadata', { entity: 'account' })
    const cursor = first.answer.structuredContent?.cursor
    const { answer } = await called(worker, 'get_entity_metadata', { entity: 'account', search: 'name', cursor })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'invalid_cursor', nextStep: expect.any(String) })
  })

  test('a cursor that no result gave is refused with a reason', async () => {
    const { answer } = await called(worker, 'get_entity_metadata', { entity: 'account', cursor: 'x' })
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toContain('cursor')
  })
})

describe('list_entities', () => {
  test('lists the main entities first, then activities, then the rest by label', async () => {
    const { entities, total } = await listEntities({}, 'analyst')
    expect(names(entities).slice(0, 6)).toEqual([
      ...['account', 'contact', 'lead', 'opportunity', 'incident', 'activitypointer'],
    ])
    expect(total).toBeGreaterThan(15)
  })

  test('each person sees the entities that their roles let them read', async () => {
    const rep = await listEntities({}, 'sales-rep')
    const manager = await listEntities({}, 'sales-manager')
    expect(names(manager.entities)).toContain('quote')
    expect(names(rep.entities)).not.toContain('quote')
    expect(names(rep.entities)).toContain('account')
  })

  test('an entity without a privilege is told apart from one that does not exist', async () => {
    expect((await listEntities({ search: 'salesorder' })).notes?.join()).toContain('no privilege to read salesorder')
    const unknown = await listEntities({ search: 'oportunitty' })
    expect(names(unknown.entities)).toContain('opportunity')
    expect(unknown.notes?.join()).toContain('nearest')
    expect((await listEntities({ search: 'zzzzqqqq' })).entities).toEqual([])
  })

  test('kind and search narrow the list', async () => {
    const activities = await listEntities({ kind: 'activity' })
    expect(names(activities.entities)).toEqual(expect.arrayContaining(['task', 'phonecall', 'email']))
    expect(activities.entities.every(({ kind }) => kind === 'activity')).toBe(true)
    expect(names((await listEntities({ search: 'opportunit' })).entities)).toContain('opportunity')
  })

  test('a small budget makes pages, without a gap', async () => {
    worker = stage.coldWorker({ resultBytes: 4_000 })
    const seen: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 40; pages += 1) {
      const { answer, bytes } = await called(worker, 'list_entities', { ...(cursor && { cursor }) }, 'analyst')
      const page = answer.structuredContent as unknown as Listed
      expect(bytes).toBeLessThanOrEqual(4_000)
      seen.push(...names(page.entities))
      cursor = page.cursor
      if (cursor === undefined) {
        expect(seen).toHaveLength(page.total)
        break
      }
    }
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('a client that reads the text alone goes on from it, however long the names are', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages === 0 || (cursor !== undefined && pages < 20); pages += 1) {
      const { content } = await callTool(long, 'list_entities', { ...(cursor && { cursor }) })
      const [, listed = ''] = /entities: (.+)$/m.exec(content[0]?.text ?? '') ?? []
      seen.push(...listed.split(', '))
      cursor = /cursor "([^"]+)"/.exec(content[0]?.text ?? '')?.[1]
    }
    expect(seen.toSorted()).toEqual(LONG_NAMES)
  })

  test('a cold worker takes two requests, a warm one none', async () => {
    expect((await called(worker, 'list_entities', {})).requests).toBeLessThanOrEqual(2)
    expect((await called(worker, 'list_entities', { search: 'lead' })).requests).toBe(0)
  })

  test('somebody without roles is told so', async () => {
    const { answer } = await called(worker, 'list_entities', {}, 'without-roles')
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toMatch(/0x80042f09[\s\S]*Next step: .*administrator/)
  })
})
