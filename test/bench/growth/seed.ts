import { randomBytes } from 'node:crypto'
import type { TableClient, TableEntity } from '@azure/data-tables'
import { storesOf } from '../../storage/support/harness.ts'

type Tables = ReturnType<typeof storesOf>['tables']
type Row = TableEntity

const OF_ONE_PERSON = 50
const AT_ONCE = 16
const name = (bytes: number): string => randomBytes(bytes).toString('base64url')

async function rowsOf(table: TableClient, filter: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { etag, timestamp, ...row } of table.listEntities({
    queryOptions: { filter },
  }))
    rows.push(row as Row)
  return rows
}

const copyOf = (row: Row, partitionKey: string, rowKey = row.rowKey): ['create', Row] => [
  'create',
  { ...row, partitionKey, rowKey },
]

/** The one sign-in that rests in these tables, row by row. */
async function readReal(tables: Tables) {
  const [grant] = await rowsOf(tables.grants, "RowKey eq 'grant'")
  if (!grant) throw new Error('nobody has signed in')
  const id = grant.partitionKey
  const [user] = await rowsOf(tables.users, `RowKey eq '${id}'`)
  const [note] = await rowsOf(tables.expiry, `RowKey eq '${id}'`)
  const [client] = await rowsOf(tables.clients, "RowKey eq 'registration'")
  if (!user || !note || !client) throw new Error('a sign-in without its rows')
  return { grant: await rowsOf(tables.grants, `PartitionKey eq '${id}'`), user, note, client }
}

/**
 * Makes `count` grants of other people, and as many clients, out of the one that is there: its rows under other keys.
 * What is sealed in them opens for nobody.
 */
export async function multiply(connectionString: string, count: number): Promise<void> {
  const { tables } = storesOf(connectionString)
  const real = await readReal(tables)
  const people = Array.from({ length: Math.ceil(count / OF_ONE_PERSON) }, (_, at) =>
    Array.from({ length: Math.min(OF_ONE_PERSON, count - at * OF_ONE_PERSON) }, () => name(16)),
  ).values()
  const worker = async () => {
    for (const ids of people) {
      const person = name(32)
      await tables.users.submitTransaction(ids.map((id) => copyOf(real.user, person, id)))
      await tables.expiry.submitTransaction(ids.map((id) => copyOf(real.note, real.note.partitionKey, id)))
      for (const id of ids) {
        await tables.grants.submitTransaction(real.grant.map((row) => copyOf(row, id)))
        await tables.clients.createEntity(copyOf(real.client, name(32))[1])
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await restSurvey(tables, Date.now())
}

/** The survey of all sessions, once a month, was over just now: what is measured is the hourly sweep. */
export async function restSurvey({ expiry }: Pick<Tables, 'expiry'>, now: number): Promise<void> {
  await expiry.upsertEntity({ partitionKey: 'survey', rowKey: 'users', after: '', endedAt: new Date(now) }, 'Replace')
}
