import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { unitId } from '../../../../sandbox/dataverse/seed/organisation.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { varietyRows } from '../../../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, person } from '../../../../sandbox/people.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, NOW, REP, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ rows: varietyRows(PEOPLE, NOW) })
})
afterAll(() => harness.close())

const CRM = 'Microsoft.Dynamics.CRM.'
const REP_ID = person(REP).systemUserId ?? ''
const deal = (index: number): string => idOf('variety/opportunity', index)

async function post(where: Harness, path: string, body: string, contentType = 'application/json'): Promise<Response> {
  const headers = { authorization: `Bearer ${await where.mint(REP)}`, 'content-type': contentType }
  return fetch(`${where.dataverse.url}${path}`, { method: 'POST', headers, body })
}

describe('privileges', () => {
  test('are those of the roles that teams lend, too, counted from the unit of the team', async () => {
    const reply = await harness.get(REP, `systemusers(${REP_ID})/${CRM}RetrieveUserPrivileges()`)
    const of = (name: string): unknown =>
      (reply.body.RolePrivileges as Loose[]).find(({ PrivilegeName }) => PrivilegeName === name)
    expect(of('prvReadOrder')).toMatchObject({ Depth: 'Local', BusinessUnitId: unitId('UK North') })
    expect(of('prvReadOpportunity')).toMatchObject({ Depth: 'Basic', BusinessUnitId: unitId('UK Sales') })
    expect(of('prvReadCompetitor')).toBeUndefined()
  })

  test('agree with what each table answers', async () => {
    const privileges = await harness.get(REP, `systemusers(${REP_ID})/${CRM}RetrieveUserPrivileges()`)
    const held = new Set((privileges.body.RolePrivileges as Loose[]).map(({ PrivilegeId }) => PrivilegeId as string))
    const tables = await harness.get(REP, 'EntityDefinitions?$select=EntitySetName,Privileges')
    for (const { EntitySetName, Privileges } of tables.body.value as Loose[]) {
      const read = (Privileges as Loose[]).find(({ PrivilegeType }) => PrivilegeType === 'Read')
      const { status } = await harness.get(REP, `${EntitySetName}?$top=1`)
      const expected = read === undefined || held.has(read.PrivilegeId as string) ? 200 : 403
      expect([EntitySetName, status]).toEqual([EntitySetName, expected])
    }
  })

  test.each([
    ['a share that lets read and write', 1, 'ReadAccess, WriteAccess'],
    ['no share', 7, 'None'],
  ])('on a row with %s', async (_how, index, rights) => {
    const target = encodeURIComponent(JSON.stringify({ '@odata.id': `opportunities(${deal(index)})` }))
    const path = `systemusers(${REP_ID})/${CRM}RetrievePrincipalAccess(Target=@t)?@t=${target}`
    expect((await harness.get(ANALYST, path)).body.AccessRights).toBe(rights)
  })
})

describe('search', () => {
  test('finds what was shared, and nothing that was not', async () => {
    const entities = JSON.stringify([{ name: 'opportunity', selectColumns: ['name'] }])
    const payload = JSON.stringify({ search: 'boundary', entities, top: 100 })
    const answer = await (await post(harness, '/api/search/v2.0/query', payload)).json()
    const ids = (JSON.parse(answer.response as string).Value as Loose[]).map(({ Id }) => Id as string)
    const list = await harness.get(REP, "opportunities?$select=name&$filter=startswith(name,'Boundary')")
    expect(new Set(ids)).toEqual(new Set(column(list, 'opportunityid')))
    expect(ids).toContain(deal(1))
  })
})

describe('column security', () => {
  test('is told by the metadata', async () => {
    const path = "EntityDefinitions(LogicalName='account')/Attributes?$select=LogicalName&$filter=IsSecured eq true"
    expect(column(await harness.get(REP, path), 'LogicalName').sort()).toEqual(['creditlimit', 'creditlimit_base'])
  })

  test('holds inside a batch', async () => {
    const part = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
    const get = `${part}GET accounts?$select=creditlimit&$filter=creditlimit%20eq%20null&$top=1 HTTP/1.1\r\n\r\n`
    const body = `--b\r\n${get}\r\n--b--\r\n`
    const reply = await post(harness, '/api/data/v9.2/$batch', body, 'multipart/mixed; boundary=b')
    expect(await reply.text()).toMatch(/"creditlimit":null/)
  })
})

describe('service protection', () => {
  test('counts a batch as one request, a search as another, and refuses the next', async () => {
    const limited = await startHarness({ limits: { requests: 2 } })
    try {
      const part = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
      const parts = Array.from({ length: 5 }, () => `--b\r\n${part}GET WhoAmI HTTP/1.1\r\n\r\n\r\n`)
      const batch = `${parts.join('')}--b--\r\n`
      const multipart = 'multipart/mixed; boundary=b'
      const first = await post(limited, '/api/data/v9.2/$batch', batch, multipart)
      expect([first.status, first.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')]).toEqual([200, '1'])
      expect((await first.text()).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(5)
      const second = await post(limited, '/api/search/v2.0/query', JSON.stringify({ search: 'a' }))
      expect(second.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')).toBe('0')
      const third = await post(limited, '/api/data/v9.2/$batch', batch, multipart)
      expect([third.status, third.headers.get('retry-after')]).toEqual([429, '300'])
      expect(limited.dataverse.counters()).toMatchObject({ total: 3, kinds: { batch: 2, search: 1 } })
      expect(limited.dataverse.counters().parts.whoami).toBe(5)
    } finally {
      await limited.close()
    }
  })
})
