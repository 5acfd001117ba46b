import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Metadata, Visibility } from '../../../../shared/dataverse/metadata/model.ts'
import { metadataFor, OPPORTUNITY_COLUMNS } from '../../mcp/support/upstream-metadata.ts'
import { startUpstream, type Upstream, type UpstreamAnswer } from '../../mcp/support/upstream.ts'
import { OPPORTUNITY } from '../support/fixtures.ts'
import { idOf, MINUTE, partsOf, refused, startWorker, type Worker } from '../support/people.ts'

const VALUE = 'A0000000-0000-4000-8000-000000000001'
const OWNER = 'a0000000-0000-4000-8000-000000000002'
/** An amount whose twin nobody secured, a lookup with its name beside it, and what is open to all. */
const COLUMNS = [
  ...OPPORTUNITY_COLUMNS.map((one) => {
    const { LogicalName } = one as { LogicalName: string }
    const ids: Readonly<Record<string, string>> = { estimatedvalue: VALUE, customerid: OWNER }
    return { ...(one as object), MetadataId: ids[LogicalName] ?? LogicalName, IsSecured: LogicalName in ids }
  }),
  {
    LogicalName: 'estimatedvalue_base',
    AttributeType: 'Money',
    AttributeTypeName: { Value: 'MoneyType' },
    MetadataId: 'b',
  },
  { LogicalName: 'customeridname', AttributeType: 'String', AttributeOf: 'customerid', MetadataId: 'c' },
]
const LIST = 'RetrievePrincipalAttributePrivileges'
const ROLES = 'systemuserroles_association'

let upstream: Upstream
let worker: Worker
let secured = true
let listed: (path: string) => UpstreamAnswer
let roles: () => UpstreamAnswer
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  secured = true
  listed = privileges([VALUE, 4])
  roles = () => ({ body: { value: [] } })
  upstream.metadata = (request, inBatch) => {
    const path = decodeURIComponent(request.path)
    if (path.includes(LIST)) return listed(path)
    if (path.includes(ROLES)) return roles()
    if (secured && path.endsWith('/Attributes')) return { body: { value: COLUMNS } }
    return metadataFor(request, inBatch)
  }
  worker = startWorker(upstream.url)
  upstream.seen.length = 0
})

function privileges(...found: readonly (readonly [id: string, read: number])[]): () => UpstreamAnswer {
  return () => ({
    body: {
      AttributePrivileges: found.map(([AttributeId, CanRead]) => ({
        AttributeId,
        CanCreate: 0,
        CanRead,
        CanUpdate: 0,
      })),
    },
  })
}

async function seen(metadata: Metadata): Promise<Record<string, Visibility>> {
  const table = await metadata.table(OPPORTUNITY)
  const sight = await metadata.sight([table])
  const names = ['name', 'estimatedvalue', 'estimatedvalue_base', 'customerid', 'customeridname']
  return Object.fromEntries(names.map((name) => [name, sight(table.byName.get(name)!)]))
}
const asked = (): number =>
  partsOf(upstream.seen)
    .flat()
    .filter((path) => path.includes(LIST)).length

const ALL = {
  name: 'shown',
  estimatedvalue: 'shown',
  estimatedvalue_base: 'shown',
  customerid: 'shown',
  customeridname: 'shown',
}
const OWN = { ...ALL, customerid: 'hidden', customeridname: 'hidden' }
const NONE = { ...OWN, estimatedvalue: 'hidden', estimatedvalue_base: 'hidden' }
const UNSURE = {
  ...ALL,
  estimatedvalue: 'unsure',
  estimatedvalue_base: 'unsure',
  customerid: 'unsure',
  customeridname: 'unsure',
}

describe('what a person sees', () => {
  test.each([
    ['what a profile lets read, with what repeats it', privileges([VALUE, 4]), OWN],
    ['all that profiles let read', privileges([VALUE, 4], [OWNER.toUpperCase(), 4]), ALL],
    ['nothing that is secured without a profile', privileges(), NONE],
    ['nothing by a profile that lets only write', privileges([VALUE, 0]), NONE],
    ['nothing by a privilege of another column', privileges(['a0000000-0000-4000-8000-000000000009', 4]), NONE],
  ])('%s', async (_what, answer, expected) => {
    listed = answer
    expect(await seen(worker.call('priya'))).toEqual(expected)
  })

  test('everything, as an administrator, whatever is listed', async () => {
    listed = privileges()
    roles = () => ({ body: { value: [{ roleid: idOf('role') }] } })
    expect(await seen(worker.call('priya'))).toEqual(ALL)
    expect(upstream.seen.at(-1)?.parts[1]?.query.get('$filter')).toBe(
      '_roletemplateid_value eq 627090ff-40a3-4053-8790-584edc5be201',
    )
  })

  test('what a profile lets read, though the roles may not be read', async () => {
    roles = () => refused
    expect(await seen(worker.call('priya'))).toEqual(OWN)
  })
})

describe('what cannot be told', () => {
  test('is said to be unknown, and for a refusal not asked again at once', async () => {
    listed = () => refused
    expect(await seen(worker.call('priya'))).toEqual(UNSURE)
    expect(await seen(worker.call('priya'))).toEqual(UNSURE)
    expect(asked()).toBe(1)
  })

  test.each([
    ['an answer of another shape', { body: { AttributePrivileges: 'none' } }],
    ['a server that is down', { status: 503, body: {} }],
  ])('%s fails no query', async (_what, answer) => {
    await worker.call('priya').table(OPPORTUNITY)
    listed = () => answer
    expect(await seen(worker.call('priya'))).toEqual(UNSURE)
  })

  test('for a failure that passes is asked again', async () => {
    await worker.call('priya').table(OPPORTUNITY)
    listed = () => ({ status: 500, body: { error: { code: '0x80044151', message: 'SQL timeout expired.' } } })
    await seen(worker.call('priya'))
    listed = privileges([VALUE, 4])
    worker.time += 11 * MINUTE
    expect(await seen(worker.call('priya'))).toEqual(OWN)
  })
})

describe('rights are three, each by itself', () => {
  const written = async (right: 'create' | 'update'): Promise<readonly Visibility[]> => {
    const metadata = worker.call('priya')
    const table = await metadata.table(OPPORTUNITY)
    const sight = await metadata.sight([table], right)
    return ['name', 'estimatedvalue'].map((name) => sight(table.byName.get(name)!))
  }
  const granted = (rights: object) => () => ({ body: { AttributePrivileges: [{ AttributeId: VALUE, ...rights }] } })

  test.each([
    ['none', {}, 'hidden', 'hidden'],
    ['to read', { CanRead: 4 }, 'hidden', 'hidden'],
    ['to create', { CanCreate: 4 }, 'shown', 'hidden'],
    ['to update', { CanRead: 4, CanUpdate: 4 }, 'hidden', 'shown'],
  ])('%s', async (_what, rights, create, update) => {
    listed = granted(rights)
    expect(await written('create')).toEqual(['shown', create])
    expect(await written('update')).toEqual(['shown', update])
    expect(asked()).toBe(1)
  })

  test('an administrator has all', async () => {
    roles = () => ({ body: { value: [{ roleid: '1' }] } })
    expect(await written('update')).toEqual(['shown', 'shown'])
  })

  test('what Dataverse does not tell is not known', async () => {
    listed = () => refused
    expect(await written('update')).toEqual(['shown', 'unsure'])
  })
})

describe('requests', () => {
  test('none where no column is secured', async () => {
    secured = false
    const metadata = worker.call('priya')
    await metadata.sight([await metadata.table(OPPORTUNITY)])
    expect(asked()).toBe(0)
  })

  test('one for a person and ten minutes, however many ask at once, and none for what another sees', async () => {
    const priya = Array.from({ length: 5 }, () => seen(worker.call('priya')))
    await Promise.all([...priya, seen(worker.call('marcus'))])
    expect(asked()).toBe(2)
    listed = privileges([VALUE, 4], [OWNER, 4])
    expect(await seen(worker.call('priya'))).toEqual(OWN)
    worker.time += 10 * MINUTE + 1
    expect(await seen(worker.call('priya'))).toEqual(ALL)
    expect(asked()).toBe(3)
  })

  test('anew where a table has changed: a column that was secured since is in nobody’s list', async () => {
    await seen(worker.call('priya'))
    worker.cache.forget([OPPORTUNITY.name])
    await seen(worker.call('priya'))
    expect(asked()).toBe(2)
  })
})
