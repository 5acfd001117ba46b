import { RestError, TableClient } from '@azure/data-tables'
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity'

export type ReportsTable = Pick<TableClient, 'upsertEntity' | 'deleteEntity' | 'listEntities'>

const PARTITION = 'report'

/** The table as the person who is signed in to `azd` or `az`. */
export function openTable(endpoint: string): ReportsTable {
  const credential = new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential())
  return new TableClient(endpoint, 'reports', credential)
}

/** Adds the report, or puts it in the place of the one with its slug. */
export async function putReport(table: ReportsTable, slug: string, definition: string): Promise<void> {
  await table.upsertEntity({ partitionKey: PARTITION, rowKey: slug, definition, hidden: false }, 'Replace')
}

/** Takes a built-in report out of the catalogue. */
export async function hideReport(table: ReportsTable, slug: string): Promise<void> {
  await table.upsertEntity({ partitionKey: PARTITION, rowKey: slug, hidden: true }, 'Replace')
}

/** Takes the entry away: an own report is gone, a built-in one is as it was. */
export async function removeReport(table: ReportsTable, slug: string): Promise<void> {
  await table.deleteEntity(PARTITION, slug)
}

/** A line for each entry, by slug. */
export async function listReports(table: ReportsTable): Promise<string[]> {
  const lines: string[] = []
  for await (const { rowKey = '', hidden } of table.listEntities({ queryOptions: { select: ['RowKey', 'hidden'] } }))
    lines.push(`${rowKey}${hidden === true || hidden === 'true' ? ' (hidden)' : ''}`)
  return lines
}

/** What to do about an error of the table, as a command; `tableId` is its ARM id. */
export function explainTableError(error: unknown, tableId = '<id of the table>'): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof RestError) || error.statusCode !== 403) return message
  return [
    'The table refused: you need the role "Storage Table Data Contributor" on it. Give it to yourself, wait a minute:',
    `  az role assignment create --role "Storage Table Data Contributor" --assignee <your sign-in name> --scope ${tableId}`,
  ].join('\n')
}
