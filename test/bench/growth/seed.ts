import type { TableClient } from '@azure/data-tables'
import { storesOf } from '../../storage/support/harness.ts'
import { type ManyGrants, writeManyGrants } from '../../storage/support/many-grants.ts'
import type { Filled } from './fill/azurite.ts'

export type Tables = ReturnType<typeof storesOf>['tables']

/** A grant keeps fewer spent refresh tokens than two dozen in rows of their own. */
export const SPENT = 20
const OF_ONE_PERSON = 50
const HASH = /^(?:code|access|refresh):(.{43})$/

async function rowsOf(table: TableClient, filter: string) {
  const rows: { table: string; partitionKey: string; rowKey: string; clientId: unknown }[] = []
  for await (const { partitionKey = '', rowKey = '', clientId } of table.listEntities({ queryOptions: { filter } }))
    rows.push({ table: table.tableName, partitionKey, rowKey, clientId })
  return rows
}

/** All rows of a grant, and what in them is the name of this one. */
async function readOne(tables: Omit<Tables, 'clients'>, id: string) {
  const ofGrant = await rowsOf(tables.grants, `PartitionKey eq '${id}'`)
  const ofUser = await rowsOf(tables.users, `RowKey eq '${id}'`)
  const notes = await rowsOf(tables.expiry, `RowKey eq '${id}'`)
  const own = [id, ...ofGrant.flatMap(({ rowKey }) => HASH.exec(rowKey)?.[1] ?? [])]
  const names = [
    ...own.map((text) => ({ text, every: 1 })),
    ...ofUser.map(({ partitionKey }) => ({ text: partitionKey, every: OF_ONE_PERSON })),
  ]
  return { rows: [...ofGrant, ...ofUser, ...notes], names }
}

/**
 * Makes `count` grants of other people, and as many clients, out of the one that is there: its rows under other keys.
 * What is sealed in them opens for nobody. Gives the id of the one.
 */
export async function multiply({ connectionString, fill }: Filled, count: number): Promise<string> {
  const { tables } = storesOf(connectionString)
  const [grant] = await rowsOf(tables.grants, "RowKey eq 'grant'")
  const clients = await rowsOf(tables.clients, "RowKey eq 'registration'")
  if (!grant || clients.length === 0) throw new Error('nobody has signed in')
  const { rows, names } = await readOne(tables, grant.partitionKey)
  const ofClients = clients.flatMap(({ partitionKey, clientId }) => [partitionKey, String(clientId)])
  await fill({
    count,
    rows: [...rows, ...clients],
    names: [...names, ...ofClients.map((text) => ({ text, every: 1 }))],
  })
  await restSurvey(tables, Date.now())
  return grant.partitionKey
}

/** As `writeManyGrants`: one over HTTP, and all others out of it. Gives its id. */
export async function fillGrants({ fill }: Filled, tables: Tables, many: ManyGrants): Promise<string> {
  const [id = ''] = await writeManyGrants(tables, { ...many, count: 1 })
  if (many.count > 1) await fill({ count: many.count - 1, ...(await readOne(tables, id)) })
  return id
}

/** The survey of all sessions, once a month, was over just now: what is measured is the hourly sweep. */
export async function restSurvey({ expiry }: Pick<Tables, 'expiry'>, now: number): Promise<void> {
  await expiry.upsertEntity({ partitionKey: 'survey', rowKey: 'users', after: '', endedAt: new Date(now) }, 'Replace')
}
