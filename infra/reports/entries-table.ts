import { RestError, TableClient } from '@azure/data-tables'
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity'
import type { EntryKind } from '../../shared/storage/ports.ts'

export type ReportsTable = Pick<TableClient, 'upsertEntity' | 'deleteEntity' | 'listEntities'>

/** The table as the person who is signed in to `azd` or `az`. */
export function openTable(endpoint: string): TableClient {
  const credential = new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential())
  return new TableClient(endpoint, 'reports', credential)
}

/** Adds the entry, or puts it in the place of the one with its slug. */
export async function putEntry(table: ReportsTable, kind: EntryKind, slug: string, definition: string): Promise<void> {
  await table.upsertEntity({ partitionKey: kind, rowKey: slug, definition, hidden: false }, 'Replace')
}

/** Takes a built-in one out. */
export async function hideEntry(table: ReportsTable, kind: EntryKind, slug: string): Promise<void> {
  await table.upsertEntity({ partitionKey: kind, rowKey: slug, hidden: true }, 'Replace')
}

/** Takes the entry away: an own one is gone, a built-in one is as it was. */
export async function removeEntry(table: ReportsTable, kind: EntryKind, slug: string): Promise<void> {
  await table.deleteEntity(kind, slug)
}

/** A line for each entry of a kind, by slug. */
export async function listEntries(table: ReportsTable, kind: EntryKind): Promise<string[]> {
  const lines: string[] = []
  const queryOptions = { filter: `PartitionKey eq '${kind}'`, select: ['RowKey', 'hidden'] }
  for await (const { rowKey = '', hidden } of table.listEntities({ queryOptions }))
    lines.push(`${rowKey}${hidden === true || hidden === 'true' ? ' (hidden)' : ''}`)
  return lines
}

/** The account's network, and no missing role: then the code is AuthorizationPermissionMismatch. */
const KEPT_OUT = /\b(AuthorizationFailure|PublicAccessNotPermitted)\b/

/** What to do about an error of the table, as a command; `tableId` is its ARM id. */
export function explainTableError(error: unknown, tableId = '<id of the table>'): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof RestError) || error.statusCode !== 403) return message
  if (KEPT_OUT.test(message) || KEPT_OUT.test(error.code ?? ''))
    return [
      'The network of the tables keeps this machine out. Whoever deploys lets it in for a while; or type the same on a machine in the network:',
      '  npm run network -- open',
      'Afterwards:',
      '  npm run network -- close',
    ].join('\n')
  return [
    'The table refused: you need the role "Storage Table Data Contributor" on it. Give it to yourself, wait a minute:',
    `  az role assignment create --role "Storage Table Data Contributor" --assignee <your sign-in name> --scope ${tableId}`,
  ].join('\n')
}
