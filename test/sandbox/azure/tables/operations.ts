/** One right that a request needs, in the words of RBAC. */
export type Needed = { readonly plane: 'actions' | 'dataActions'; readonly action: string; readonly table?: string }

const TABLES = 'Microsoft.Storage/storageAccounts/tableServices/tables'

const TABLE_ACTIONS: Readonly<Record<string, string>> = { GET: 'read', POST: 'write', DELETE: 'delete' }
const ENTITY_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'read',
  POST: 'add/action',
  PUT: 'update/action',
  PATCH: 'update/action',
  MERGE: 'update/action',
  DELETE: 'delete',
}

function neededFor(method: string, path: string): Needed {
  const first = decodeURIComponent(path).split('/')[1] ?? ''
  if (first === '') return { plane: 'actions', action: 'Microsoft.Storage/storageAccounts/tableServices/read' }
  if (/^Tables(\(|$)/.test(first)) return { plane: 'actions', action: `${TABLES}/${TABLE_ACTIONS[method] ?? 'write'}` }
  const table = first.split('(')[0] ?? ''
  return { plane: 'dataActions', action: `${TABLES}/entities/${ENTITY_ACTIONS[method] ?? 'write'}`, table }
}

/** The request lines inside an entity group transaction. */
const PART = /^(GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP\/1\.1\r?$/gm

/**
 * Every right that a request needs; a transaction needs those of all its parts.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-table-service-operations
 */
export function rightsNeeded(method: string, path: string, body: Buffer): readonly Needed[] {
  if (path !== '/$batch') return [neededFor(method, path)]
  return [...body.toString('latin1').matchAll(PART)].map(([, part = '', url = '']) =>
    neededFor(part, new URL(url, 'https://account').pathname),
  )
}

/** Azurite finds the table of a part by the emulator's form of address alone: `/account/table`. */
export const asEmulatorTransaction = (body: Buffer, account: string): Buffer =>
  Buffer.from(
    body
      .toString('latin1')
      .replace(PART, (line, _method: string, url: string) =>
        line.replace(url, url.replace(/^(https:\/\/[^/]+)/, `$1/${account}`)),
      ),
    'latin1',
  )
