import { randomBytes } from 'node:crypto'
import type { TableClient, TransactionAction } from '@azure/data-tables'
import { hourAfter } from '../../../shared/storage/table/expiry-table.ts'

type Tables = { readonly [K in 'grants' | 'users' | 'expiry']: TableClient }
export type ManyGrants = {
  readonly count: number
  /** Epoch milliseconds. */
  readonly endsAt: number
  /** Spent refresh tokens of each, at most 96. */
  readonly spent?: number
  /** Whether table `expiry` knows of them, as of those that 0.1.0 wrote it does not. */
  readonly isNoted?: boolean
}

const OF_ONE_PERSON = 50
const AT_ONCE = 8
const HOUR_MS = 3_600_000

/** Writes grants as they rest once a client has refreshed some times, without their secrets; gives their ids. */
export async function writeManyGrants(tables: Tables, many: ManyGrants): Promise<string[]> {
  for (const table of [tables.grants, tables.users, tables.expiry]) await table.createTable()
  const ids = Array.from({ length: many.count }, () => randomBytes(16).toString('base64url'))
  const people = Array.from({ length: Math.ceil(ids.length / OF_ONE_PERSON) }, (_, at) => ({
    userIndex: randomBytes(32).toString('base64url'),
    ids: ids.slice(at * OF_ONE_PERSON, (at + 1) * OF_ONE_PERSON),
  }))
  const left = people.values()
  const worker = async (): Promise<void> => {
    for (const person of left) await writePerson(tables, person, many)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return ids
}

async function writePerson(
  { grants, users, expiry }: Tables,
  { userIndex, ids }: { readonly userIndex: string; readonly ids: readonly string[] },
  { endsAt, spent = 0, isNoted = true }: ManyGrants,
): Promise<void> {
  const common = {
    clientId: 'dmi_AAAAAAAAAAAAAAAAAAAAAA',
    createdAt: new Date(endsAt - HOUR_MS),
    expiresAt: new Date(endsAt),
  }
  const create = (partitionKey: string, rowKey: string, columns: object): TransactionAction => [
    'create',
    { partitionKey, rowKey, ...columns },
  ]
  await users.submitTransaction(ids.map((id) => create(userIndex, id, common)))
  if (isNoted) await expiry.submitTransaction(ids.map((id) => create(hourAfter(endsAt), id, {})))
  for (const id of ids) {
    const { expiresAt } = common
    const hashes = Array.from({ length: spent }, () => randomBytes(32).toString('base64url'))
    await grants.submitTransaction([
      create(id, 'grant', { ...common, state: 'active', userIndex, access: '[]' }),
      create(id, 'code:used', { used: true, expiresAt }),
      create(id, 'refresh:live', { state: 'live', expiresAt }),
      ...hashes.map((hash) => create(id, `refresh:${hash}`, { state: 'spent', expiresAt })),
    ])
  }
}
