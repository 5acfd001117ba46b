import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { metadataFor } from '../../mcp/support/upstream-metadata.ts'
import { startUpstream, type Upstream, type UpstreamAnswer } from '../../mcp/support/upstream.ts'
import { OPPORTUNITY } from '../support/fixtures.ts'
import { idOf, MINUTE, partsOf, refused, startWorker, type Worker } from '../support/people.ts'

let upstream: Upstream
let worker: Worker
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
  upstream.metadata = metadataFor
  worker = startWorker(upstream.url)
})

/** Answers one path in its own way. */
function answering(path: string, answer: (about: string) => UpstreamAnswer): void {
  upstream.metadata = (request, inBatch) =>
    request.path.startsWith(path) ? answer(request.path) : metadataFor(request, inBatch)
}

const PERSON = ['systemusers', 'usersettingscollection']

describe('requests', () => {
  test('cold: one for all that is asked first, one for the table; then none', async () => {
    const metadata = worker.call('priya')
    const [index] = await Promise.all([metadata.entities(), metadata.person()])
    expect(index.all.map(({ name }) => name)).toEqual(['account', 'contact', 'opportunity', 'systemuser'])
    expect(partsOf(upstream.seen)).toEqual([
      [...PERSON, 'organizations', 'timezonedefinitions', 'EntityDefinitions', 'RetrieveMetadataChanges'],
    ])
    await metadata.table(await metadata.entity('Opportunities'))
    expect(upstream.seen).toHaveLength(2)
    expect(upstream.seen[1]?.parts).toHaveLength(12)
    const again = worker.call('priya')
    await again.table(await again.entity('opportunity'))
    await again.person()
    expect(upstream.seen).toHaveLength(2)
  })

  test('a second person costs one, for themselves alone', async () => {
    await worker.call('priya').entities()
    const marcus = worker.call('marcus')
    await marcus.entity('account')
    expect((await marcus.person()).timeZone).toEqual({ code: 85, name: 'GMT Standard Time' })
    expect(partsOf(upstream.seen).slice(1)).toEqual([PERSON])
  })

  test('many at once on a cold worker ask for nothing twice', async () => {
    const people = [worker.call('priya'), worker.call('marcus')]
    await Promise.all([...people, ...people].map((metadata) => metadata.entity('account')))
    const asked = partsOf(upstream.seen).flat()
    expect(asked.filter((path) => path === 'EntityDefinitions')).toHaveLength(1)
    expect(asked.filter((path) => path === 'systemusers')).toHaveLength(2)
    expect(upstream.seen).toHaveLength(2)
  })

  test('several tables come in one, those that are known not again, in the order asked for', async () => {
    const metadata = worker.call('priya')
    const [account, contact, opportunity] = await Promise.all(
      ['account', 'contact', 'opportunity'].map((name) => metadata.entity(name)),
    )
    await metadata.table(contact!)
    const tables = await metadata.tables([opportunity!, contact!, account!])
    expect(tables.map(({ entity }) => entity.name)).toEqual(['opportunity', 'contact', 'account'])
    expect(upstream.seen).toHaveLength(3)
    expect(upstream.seen[2]?.parts).toHaveLength(24)
  })

  test('a person whose token has ended does not fail another who waits for the same', async () => {
    const ended = worker.call('ended')
    let refusals = 1
    upstream.batch = () => ((refusals -= 1) < 0 ? undefined : { status: 401, body: '' })
    const [one, other] = await Promise.allSettled([ended.entities(), worker.call('priya').entities()])
    upstream.batch = () => undefined
    expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('languages', () => {
  const german = (path: string): UpstreamAnswer => {
    const uilanguageid = path.includes(idOf('jonas')) ? 1031 : 1033
    return { body: { uilanguageid, timezonecode: 110 } }
  }

  test('labels are kept by language: two people of one share them, one of another does not', async () => {
    answering('usersettingscollection', german)
    await worker.call('priya').entities()
    await worker.call('jonas').entities()
    await worker.call('marcus').entities()
    const asked = partsOf(upstream.seen)
    expect(asked.slice(1)).toEqual([PERSON, ['EntityDefinitions'], PERSON])
    expect((await worker.call('jonas').person()).language).toBe(1031)
  })

  test('a table, too, is kept by language', async () => {
    answering('usersettingscollection', german)
    await worker.call('priya').table(OPPORTUNITY)
    await worker.call('jonas').table(OPPORTUNITY)
    expect(partsOf(upstream.seen).filter((parts) => parts.includes('EntityDefinitions/Attributes'))).toHaveLength(2)
  })

  test('0 is the organization’s language', async () => {
    answering('usersettingscollection', () => ({ body: { uilanguageid: 0, timezonecode: 85 } }))
    expect((await worker.call('priya').person()).language).toBe(1033)
  })

  test('labels of somebody whose language cannot be read are nobody else’s', async () => {
    answering('usersettingscollection', (path) => (path.includes(idOf('secret')) ? refused : german(path)))
    await worker.call('secret').entities()
    await worker.call('priya').entities()
    expect(partsOf(upstream.seen).at(-1)).toEqual(['EntityDefinitions'])
  })
})

describe('the person', () => {
  test('with currency, time zone and organization', async () => {
    expect(await worker.call('priya').person()).toEqual({
      systemUserId: idOf('priya'),
      name: 'Priya Nair',
      signInName: 'priya@x.example',
      businessUnit: { id: idOf('unit'), name: 'UK Sales' },
      language: 1033,
      timeZone: { code: 85, name: 'GMT Standard Time' },
      currency: { code: 'GBP', symbol: '£', name: 'Pound Sterling' },
      organization: {
        id: idOf('organization'),
        name: 'harbourpine',
        baseCurrency: { code: 'EUR', symbol: '€', name: 'Euro' },
      },
    })
  })

  test('what is refused is absent, and what is known otherwise stands in', async () => {
    upstream.metadata = (request, inBatch) =>
      /^(systemusers|usersettings|organizations|timezone)/.test(request.path) ? refused : metadataFor(request, inBatch)
    expect(await worker.call('priya').person()).toEqual({
      systemUserId: idOf('priya'),
      name: 'priya@x.example',
      signInName: 'priya@x.example',
      businessUnit: { id: idOf('unit') },
      language: 1033,
      timeZone: { code: 92 },
      organization: { id: idOf('organization') },
    })
  })

  test('without a currency of their own, the organization’s', async () => {
    answering('usersettingscollection', () => ({ body: { uilanguageid: 1033, timezonecode: 85 } }))
    expect((await worker.call('priya').person()).currency?.code).toBe('EUR')
  })
})

describe('a table', () => {
  test('knows its columns, choices, ways, keys and views', async () => {
    const table = await worker.call('priya').table(OPPORTUNITY)
    const column = (name: string): unknown => table.byName.get(name)
    expect(column('ownerid')).toMatchObject({ property: '_ownerid_value', type: 'Owner', searchable: true })
    expect(column('owneridname')).toMatchObject({ describes: 'ownerid', searchable: false })
    expect(column('name')).toMatchObject({ required: true, label: 'Topic' })
    expect(column('estimatedclosedate')).toMatchObject({ dateOnly: true })
    expect(column('createdon')).toMatchObject({ dateOnly: false })
    expect(column('salesstage')).toMatchObject({ options: [{ value: 0, label: 'Qualify' }] })
    expect(column('statuscode')).toMatchObject({ options: [{ value: 1, label: 'In Progress', state: 0 }] })
    expect(table.navigations).toContainEqual({ name: 'customerid_account', column: 'customerid', target: 'account' })
    expect(table.collections).toEqual([
      { name: 'Opportunity_Tasks', kind: 'one-to-many', target: 'task', column: 'regardingobjectid' },
      {
        name: 'opportunitycompetitors_association',
        kind: 'many-to-many',
        target: 'competitor',
        intersect: 'opportunitycompetitors',
      },
    ])
    expect(table.keys).toEqual([['name']])
    expect(table.viewColumns).toEqual(['name', 'ownerid'])
    expect(table.quickFindColumns).toEqual(['name', 'description'])
  })

  test.each([
    ['savedqueries', { viewColumns: [], quickFindColumns: [] }],
    ["EntityDefinitions(LogicalName='opportunity')/Keys", { keys: [] }],
    ["EntityDefinitions(LogicalName='opportunity')/OneToMany", { collections: [expect.anything()] }],
  ])('without what is refused: %s', async (path, rest) => {
    answering(path, () => refused)
    const table = await worker.call('priya').table(OPPORTUNITY)
    expect(table).toMatchObject(rest)
    expect(table.byName.size).toBeGreaterThan(10)
  })

  test('without its columns there is none', async () => {
    answering("EntityDefinitions(LogicalName='opportunity')/Attributes", () => refused)
    await expect(worker.call('priya').table(OPPORTUNITY)).rejects.toMatchObject({ code: '0x80040220' })
  })

  test('what is only throttled is not kept as absent', async () => {
    answering('savedqueries', () => ({ status: 429, headers: { 'retry-after': '60' }, body: '' }))
    await expect(worker.call('priya').table(OPPORTUNITY)).rejects.toMatchObject({ kind: 'throttled' })
    upstream.metadata = metadataFor
    expect((await worker.call('priya').table(OPPORTUNITY)).viewColumns).toHaveLength(2)
  })
})

describe('the index', () => {
  test('tells activities and custom tables, and lists no table that only pairs rows', async () => {
    const definition = (LogicalName: string, more: object): object => ({
      LogicalName,
      EntitySetName: `${LogicalName}s`,
      PrimaryIdAttribute: 'id',
      ...more,
    })
    const value = [
      definition('task', { IsActivity: true }),
      definition('new_boat', { IsCustomEntity: true, DisplayName: { UserLocalizedLabel: { Label: 'Boat' } } }),
      definition('accountleads', { IsIntersect: true }),
    ]
    answering('EntityDefinitions', () => ({ body: { value } }))
    const metadata = worker.call('priya')
    const { all } = await metadata.entities()
    expect(all.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['new_boat custom', 'task activity'])
    expect((await metadata.entity('accountleads')).entitySet).toBe('accountleadss')
    expect((await metadata.entity('boat')).name).toBe('new_boat')
  })

  test('an unknown name is looked for anew once what is known is a minute old', async () => {
    const metadata = worker.call('priya')
    await expect(metadata.entity('nothing')).rejects.toMatchObject({ code: 'unknown_entity' })
    expect(upstream.seen).toHaveLength(1)
    worker.time = MINUTE + 1
    await expect(metadata.entity('acount')).rejects.toMatchObject({ nextStep: expect.stringContaining('account') })
    expect(partsOf(upstream.seen).at(-1)).toEqual(['EntityDefinitions'])
    expect(upstream.seen).toHaveLength(2)
  })
})

describe('what a person may read', () => {
  const definition = (LogicalName: string, id: string, more: object = {}): object => ({
    LogicalName,
    EntitySetName: `${LogicalName}s`,
    PrimaryIdAttribute: 'id',
    ...more,
    Description: { UserLocalizedLabel: { Label: `About ${LogicalName}` } },
    Privileges: [
      { PrivilegeId: id, PrivilegeType: 'Read' },
      { PrivilegeId: 'w-1', PrivilegeType: 'Write' },
    ],
  })
  const value = [
    definition('account', 'A-1'),
    definition('lead', 'l-1'),
    definition('secret', 's-1'),
    definition('hidden', 'a-1', { IsPrivate: true }),
    definition('pairs', 'a-1', { IsIntersect: true }),
  ]
  beforeEach(() => {
    upstream.metadata = (request, inBatch) => {
      if (request.path === 'EntityDefinitions') return { body: { value } }
      if (!request.path.endsWith('RetrieveUserPrivileges()')) return metadataFor(request, inBatch)
      const ids = request.path.includes(idOf('priya')) ? ['a-1', 'w-1'] : ['L-1']
      return { body: { RolePrivileges: ids.map((PrivilegeId) => ({ PrivilegeId, Depth: 'Basic' })) } }
    }
  })

  test('are the tables whose Read privilege they hold', async () => {
    const listed = await worker.call('priya').readable()
    expect(listed.map(({ entity, description }) => [entity.name, description])).toEqual([['account', 'About account']])
    expect((await worker.call('marcus').readable()).map(({ entity }) => entity.name)).toEqual(['lead'])
  })

  test('costs two requests cold, none warm, two for a second person', async () => {
    await worker.call('priya').readable()
    expect(partsOf(upstream.seen).at(-1)).toEqual(['EntityDefinitions', 'RetrieveUserPrivileges()'])
    expect(upstream.seen).toHaveLength(2)
    await worker.call('priya').readable()
    expect(upstream.seen).toHaveLength(2)
    await worker.call('marcus').readable()
    expect(partsOf(upstream.seen).slice(2)).toEqual([PERSON, ['RetrieveUserPrivileges()']])
  })
})
