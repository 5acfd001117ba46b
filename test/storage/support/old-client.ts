import type { TableClient } from '@azure/data-tables'

/** A row of table `clients` as 0.1.0 wrote it at a registration. */
export type OldClient = {
  readonly name: string
  readonly redirectUris: string
  readonly authMethod: string
  readonly secretHash?: string
  readonly scope: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

const CREATED = new Date('2026-11-01T09:00:00Z')

export async function writeOldClient(table: TableClient, clientId: string, row: Partial<OldClient>): Promise<void> {
  await table.createTable()
  await table.createEntity({
    partitionKey: clientId,
    rowKey: 'registration',
    name: 'ChatGPT',
    authMethod: 'none',
    redirectUris: '["https://chatgpt.com/connector_platform_oauth_redirect","http://127.0.0.1/cb"]',
    scope: 'dynamics.read offline_access',
    createdAt: CREATED,
    expiresAt: new Date('2027-01-30T09:00:00Z'),
    ...row,
  })
}
