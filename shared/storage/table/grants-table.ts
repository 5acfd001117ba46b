import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import * as z from 'zod'
import {
  type AccessRow,
  type CodeRow,
  type GrantChange,
  type GrantRow,
  type GrantRows,
  type GrantStore,
  type RefreshRow,
  StorageUnavailable,
} from '../ports.ts'
import { type ExpiryTable, UNDER_WAY_MS } from './expiry-table.ts'
import { isSpentRow, spentUntil } from './spent-rows.ts'
import {
  attempt,
  etag,
  fromColumns,
  listRows,
  MOST_IN_TRANSACTION,
  readEntity,
  REFUSED,
  sealedColumns,
  time,
  toColumns,
  write,
} from './table.ts'

const AccessList = z.array(z.object({ hash: z.string(), expiresAt: z.number() }))
const Repeats = z.array(z.object({ hash: z.string(), at: z.number() }))
const Grant = z.object({
  etag,
  state: z.enum(['pending', 'active', 'revoked']),
  clientId: z.string(),
  userIndex: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  resource: z.string(),
  createdAt: time,
  expiresAt: time,
  access: z.string().transform((text) => AccessList.parse(JSON.parse(text))),
  repeats: z
    .string()
    .transform((text) => Repeats.parse(JSON.parse(text)))
    .optional(),
})
const Code = z.object({ ...sealedColumns, expiresAt: time, used: z.boolean(), codeChallenge: z.string().optional() })
const Access = z.object({ ...sealedColumns, expiresAt: time })
const Refresh = z.object({
  ...sealedColumns,
  expiresAt: time,
  state: z.enum(['live', 'rotated', 'spent']),
  predecessor: z.string().optional(),
  successor: z.string().optional(),
  receivedAt: time.optional(),
  graceUntil: time.optional(),
})

/** Table `grants`: partition = grant id; see SCHEMA.md. What ends is noted in `expiry` first. */
export function createGrantsTable(table: TableClient, expiry: ExpiryTable): GrantStore {
  return {
    create: async (grantId, grant, code) => {
      // A refusal as "already there" can only be an own retry whose answer was lost: grant ids are 128 random bits.
      const rows: TransactionAction[] = [
        ['create', grantEntity(grantId, grant)],
        ['create', codeEntity(grantId, code)],
      ]
      await expiry.note(grantId, code.row.expiresAt)
      await write(table, () => table.submitTransaction(rows), [409])
    },
    readGrant: async (grantId) => {
      const found = await readEntity(table, Grant, grantId, 'grant')
      if (!found) return undefined
      const { etag: version, repeats, ...row } = found
      return { row: { ...row, ...defined({ repeats }) }, etag: version }
    },
    readRow: async <K extends keyof GrantRows>(grantId: string, kind: K, hash: string) =>
      READERS[kind](table, grantId, hash),
    commit: async (grantId, version, change) => {
      const rows = actions(grantId, version, change)
      if (change.putAccess && !change.isNoted) await expiry.note(grantId, firstEnd(change.putAccess.row, change))
      const done = await attempt(() => table.submitTransaction(rows), [404, 409, 412])
      return done !== REFUSED
    },
    markReceived: async (grantId, hash, at) => {
      const mark = { partitionKey: grantId, rowKey: `refresh:${hash}`, receivedAt: new Date(at) }
      await attempt(() => table.updateEntity(mark, 'Merge', { etag: '*' }), [404])
    },
    lastChange: async (grantId) => {
      const filter = odata`PartitionKey eq ${grantId}`
      const rows = await listRows(table, { filter, select: ['RowKey', 'Timestamp'] }, Changed)
      // That the sweep folded spent tokens is no use of the grant.
      const times = rows.filter(({ rowKey }) => !isSpentRow(rowKey)).map(({ timestamp }) => timestamp)
      return times.length === 0 ? undefined : Math.max(...times)
    },
    remove: (grantId) => removeRows(table, grantId),
  }
}

const RowKey = z.object({ rowKey: z.string() })
const MOST_TRIES = 5

/**
 * Deletes all rows of a grant, row `grant` last, in one transaction for each hundred, and resolves with how many they
 * were. Somebody else may take a row meanwhile, and with it the whole transaction: what is left is looked for anew.
 * @param known all its rows, where they were just listed
 */
export async function removeRows(
  table: TableClient,
  grantId: string,
  known?: readonly { readonly rowKey: string }[],
): Promise<number> {
  const filter = odata`PartitionKey eq ${grantId}`
  const list = () => listRows(table, { filter, select: ['RowKey'] }, RowKey)
  let removed = 0
  let left = known ?? (await list())
  for (let tries = 0; left.length > 0;) {
    if (tries === MOST_TRIES) throw new StorageUnavailable('the rows of a grant are contended')
    const ordered = [...left].sort((a, b) => Number(a.rowKey === 'grant') - Number(b.rowKey === 'grant'))
    const some = ordered.slice(0, MOST_IN_TRANSACTION)
    const rows = some.map(({ rowKey }): TransactionAction => ['delete', { partitionKey: grantId, rowKey }])
    const done = await attempt(() => table.submitTransaction(rows), [404])
    if (done === REFUSED) tries += 1
    else removed += some.length
    const rest = ordered.slice(MOST_IN_TRANSACTION)
    left = done === REFUSED || (rest.length === 0 && !known) ? await list() : rest
  }
  return removed
}

const Changed = z.object({
  rowKey: z.string(),
  timestamp: z.coerce.date().transform((date) => date.getTime()),
})

const READERS: {
  readonly [K in keyof GrantRows]: (
    table: TableClient,
    grantId: string,
    hash: string,
  ) => Promise<GrantRows[K] | undefined>
} = {
  code: async (table, grantId, hash) => {
    const found = await readEntity(table, Code, grantId, `code:${hash}`)
    if (!found) return undefined
    const sealed = fromColumns(found)
    return { expiresAt: found.expiresAt, used: found.used, ...defined({ codeChallenge: found.codeChallenge, sealed }) }
  },
  access: async (table, grantId, hash) => {
    const found = await readEntity(table, Access, grantId, `access:${hash}`)
    const sealed = found && fromColumns(found)
    return sealed && { expiresAt: found.expiresAt, sealed }
  },
  refresh: async (table, grantId, hash) => {
    const found = await readEntity(table, Refresh, grantId, `refresh:${hash}`)
    if (!found) return spentRow(await spentUntil(table, grantId, hash))
    const { expiresAt, state, predecessor, successor, receivedAt, graceUntil } = found
    const sealed = fromColumns(found)
    return { expiresAt, state, ...defined({ predecessor, successor, receivedAt, graceUntil, sealed }) }
  },
}

const spentRow = (expiresAt: number | undefined): RefreshRow | undefined =>
  expiresAt === undefined ? undefined : { expiresAt, state: 'spent' }

/** Of a new pair its access token ends first, or the token before it: ten minutes after its grace. */
const firstEnd = (access: AccessRow, { refresh = [] }: GrantChange): number =>
  Math.min(access.expiresAt, ...refresh.map(({ row }) => (row.graceUntil ?? Infinity) + UNDER_WAY_MS))

/** The update of row `grant` by its etag is the lock: data-tables drops etags of deletes and upserts in a transaction. */
function actions(grantId: string, version: string, change: GrantChange): TransactionAction[] {
  return [
    ['update', grantEntity(grantId, change.grant), 'Replace', { etag: version }],
    ...(change.code ? [upsert(codeEntity(grantId, change.code))] : []),
    ...(change.putAccess ? [upsert(accessEntity(grantId, change.putAccess))] : []),
    ...(change.refresh ?? []).map((one) => upsert(refreshEntity(grantId, one))),
    ...(change.dropAccess ?? []).map((hash): TransactionAction => [
      'delete',
      { partitionKey: grantId, rowKey: `access:${hash}` },
    ]),
  ]
}

type Entity = { partitionKey: string; rowKey: string } & Record<string, unknown>
const upsert = (entity: Entity): TransactionAction => ['upsert', entity, 'Replace']

const grantEntity = (grantId: string, row: GrantRow): Entity => ({
  partitionKey: grantId,
  rowKey: 'grant',
  ...row,
  createdAt: new Date(row.createdAt),
  expiresAt: new Date(row.expiresAt),
  access: JSON.stringify(row.access),
  ...defined({ repeats: row.repeats && JSON.stringify(row.repeats) }),
})

const codeEntity = (grantId: string, { hash, row }: { hash: string; row: CodeRow }): Entity => ({
  partitionKey: grantId,
  rowKey: `code:${hash}`,
  expiresAt: new Date(row.expiresAt),
  used: row.used,
  ...defined({ codeChallenge: row.codeChallenge }),
  ...toColumns(row.sealed),
})

const accessEntity = (grantId: string, { hash, row }: { hash: string; row: AccessRow }): Entity => ({
  partitionKey: grantId,
  rowKey: `access:${hash}`,
  expiresAt: new Date(row.expiresAt),
  ...toColumns(row.sealed),
})

const refreshEntity = (grantId: string, { hash, row }: { hash: string; row: RefreshRow }): Entity => ({
  partitionKey: grantId,
  rowKey: `refresh:${hash}`,
  expiresAt: new Date(row.expiresAt),
  state: row.state,
  ...defined({
    predecessor: row.predecessor,
    successor: row.successor,
    receivedAt: dateOf(row.receivedAt),
    graceUntil: dateOf(row.graceUntil),
  }),
  ...toColumns(row.sealed),
})

const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time))

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
