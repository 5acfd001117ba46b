import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { person } from '../../../sandbox/people.ts'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(() => stage.close())

const ask = async (tool: string, args: object): Promise<ToolAnswer> => {
  return (await called(worker, tool, args, 'analyst')).answer
}
const counted = async (entity: string, filter: string): Promise<unknown> =>
  (await ask('query_crm', { entity, filter, count: true, top: 1 })).structuredContent
const fetched = async (entity: string, condition: string): Promise<unknown> => {
  const fetchxml = `<fetch><entity name="${entity}"><attribute name="createdon"/><filter>${condition}</filter></entity></fetch>`
  return (await ask('query_crm', { fetchxml, count: true, top: 1 })).structuredContent
}

const OWNER = person('sales rep').systemUserId ?? ''
const BARE = OWNER.replaceAll('-', '')
const WAYS = [
  OWNER.toUpperCase(),
  `{${OWNER}}`,
  BARE,
  `{${BARE.toUpperCase()}}`,
  `systemuser/${OWNER}`,
  `systemuser/${BARE}`,
  `SystemUser/${OWNER.toUpperCase()}`,
  `systemusers(${OWNER})`,
  `user/${OWNER}`,
  `[systemuser/${OWNER}]`,
]

describe('an id in a filter is read in every notation', () => {
  test.each(WAYS)('%s', async (way) => {
    const expected = { total: expect.any(Number), rows: [expect.anything()] }
    const plain = await counted('opportunity', `ownerid eq ${OWNER}`)
    expect(plain).toMatchObject(expected)
    const { total } = plain as { total: number }
    expect(total).toBeGreaterThan(3)
    for (const filter of [
      `ownerid eq '${way}'`,
      `_ownerid_value eq '${way}'`,
      `owninguser in ('${way}')`,
      `not (ownerid ne '${way}')`,
    ])
      expect([filter, await counted('opportunity', filter)]).toEqual([filter, expect.objectContaining({ total })])
    for (const condition of [
      `<condition attribute="ownerid" operator="eq" value="${way}"/>`,
      `<condition attribute="ownerid" operator="in"><value>${way}</value></condition>`,
    ])
      expect([condition, await fetched('opportunity', condition)]).toEqual([
        condition,
        expect.objectContaining({ total }),
      ])
  })

  test.each([BARE, `systemuser/${OWNER}`, `systemuser/{${OWNER}}`, `systemuser/${BARE}`])(
    '%s without quotes',
    async (way) => {
      const { total } = (await counted('opportunity', `ownerid eq ${OWNER}`)) as { total: number }
      for (const filter of [
        `ownerid eq ${way}`,
        `(ownerid eq ${way})`,
        `ownerid in (${way},${OWNER}) and createdon ne null`,
      ])
        expect([filter, await counted('opportunity', filter)]).toEqual([filter, expect.objectContaining({ total })])
    },
  )

  test('what search gives is what a filter takes: rows, lookups, the id itself, an activity', async () => {
    const found = async (query: string): Promise<string> => {
      const { results } = (await ask('search', { query })).structuredContent as unknown as { results: { id: string }[] }
      return results[0]?.id ?? ''
    }
    const account = await found('brightwater marine')
    const [, id] = account.split('/')
    expect(await counted('account', `accountid eq '${account}'`)).toMatchObject({ total: 1 })
    const opportunities = await counted('opportunity', `customerid eq ${id}`)
    expect(await counted('opportunity', `customerid eq '${account}'`)).toMatchObject({
      total: (opportunities as { total: number }).total,
    })
    const activity = await found('Introductory call')
    expect(activity).toMatch(/^phonecall\//)
    expect(await counted('activitypointer', `activityid eq '${activity}'`)).toMatchObject({ total: 1 })
    expect(await counted('phonecall', `activityid eq '${activity}'`)).toMatchObject({ total: 1 })
  })
})

describe('the id of a row that the column cannot hold is refused by name', () => {
  test.each([
    ['ownerid', `account/${OWNER}`, 'systemuser, team', 'is one of account'],
    ['customerid', `lead/${OWNER}`, 'contact, account', 'is one of lead'],
    ['opportunityid', `account/${OWNER}`, 'opportunity', 'is one of account'],
    ['ownerid', `zzqqxxyy/${OWNER}`, 'systemuser, team', 'names no entity that there is'],
    ['parentaccountid', `phonecall/${OWNER}`, 'account', 'is one of phonecall'],
  ])('%s eq %s', async (column, written, targets, why) => {
    const texts = [
      await counted('opportunity', `${column} eq '${written}'`),
      await counted('opportunity', `${column} ne ${written}`),
      await fetched('opportunity', `<condition attribute="${column}" operator="eq" value="${written}"/>`),
    ]
    for (const said of texts) {
      expect(said).toMatchObject({ error: { code: 'invalid_value' } })
      const { error } = said as { error: { text: string; nextStep: string } }
      expect(error.text).toBe(`${column} holds ids of ${targets}, and "${written}" ${why}.`)
      expect(error.nextStep).toMatch(/^Write the id of such a row: .*00000000-0000-0000-0000-000000000000/)
    }
  })
})
