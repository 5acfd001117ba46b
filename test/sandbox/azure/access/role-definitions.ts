export type RoleDefinition = {
  /** Guid: the same in every tenant. */
  readonly id: string
  readonly name: string
  readonly actions: readonly string[]
  readonly notActions?: readonly string[]
  readonly dataActions: readonly string[]
}

const VAULTS = 'Microsoft.KeyVault/vaults'
const STORAGE = 'Microsoft.Storage/storageAccounts'
const TABLES = `${STORAGE}/tableServices/tables`
const ENTITIES = `${TABLES}/entities`

/**
 * Azure's built-in roles, as far as this deployment meets them; `actions` are those that a stand-in asks about.
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const ROLES = {
  owner: { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner', actions: ['*'], dataActions: [] },
  contributor: {
    id: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    name: 'Contributor',
    actions: ['*'],
    dataActions: [],
    notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
  },
  reader: { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader', actions: ['*/read'], dataActions: [] },
  userAccessAdministrator: {
    id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    name: 'User Access Administrator',
    dataActions: [],
    actions: ['*/read', 'Microsoft.Authorization/*'],
  },
  rbacAdministrator: {
    id: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    name: 'Role Based Access Control Administrator',
    actions: ['Microsoft.Authorization/roleAssignments/*', '*/read'],
    dataActions: [],
  },
  keyVaultAdministrator: {
    id: '00482a5a-887f-4fb3-b363-3b7fe8e74483',
    name: 'Key Vault Administrator',
    actions: [`${VAULTS}/*/read`],
    dataActions: [`${VAULTS}/*`],
  },
  keyVaultSecretsOfficer: {
    id: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    name: 'Key Vault Secrets Officer',
    actions: [`${VAULTS}/*/read`],
    dataActions: [`${VAULTS}/secrets/*`],
  },
  keyVaultSecretsUser: {
    id: '4633458b-17de-408a-b874-0445c86b69e6',
    name: 'Key Vault Secrets User',
    actions: [],
    dataActions: [`${VAULTS}/secrets/getSecret/action`, `${VAULTS}/secrets/readMetadata/action`],
  },
  keyVaultReader: {
    id: '21090545-7ca7-4776-b22c-e363652d74d2',
    name: 'Key Vault Reader',
    actions: [`${VAULTS}/*/read`],
    dataActions: [`${VAULTS}/*/read`, `${VAULTS}/secrets/readMetadata/action`],
  },
  storageBlobDataOwner: {
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    actions: [`${STORAGE}/blobServices/*`],
    dataActions: [`${STORAGE}/blobServices/containers/blobs/*`],
  },
  storageBlobDataContributor: {
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    name: 'Storage Blob Data Contributor',
    actions: [`${STORAGE}/blobServices/containers/*`],
    dataActions: [`${STORAGE}/blobServices/containers/blobs/*`],
  },
  storageTableDataContributor: {
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    name: 'Storage Table Data Contributor',
    actions: [`${TABLES}/read`, `${TABLES}/write`, `${TABLES}/delete`],
    dataActions: ['read', 'write', 'delete', 'add/action', 'update/action'].map((one) => `${ENTITIES}/${one}`),
  },
  storageTableDataReader: {
    id: '76199698-9eea-4c19-bc75-cec21354c6b6',
    name: 'Storage Table Data Reader',
    actions: [`${TABLES}/read`],
    dataActions: [`${ENTITIES}/read`],
  },
  storageQueueDataContributor: {
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    actions: [`${STORAGE}/queueServices/queues/*`],
    dataActions: [`${STORAGE}/queueServices/queues/messages/*`],
  },
  monitoringMetricsPublisher: {
    id: '3913510d-42f4-4e42-8a64-420c390055eb',
    name: 'Monitoring Metrics Publisher',
    actions: [],
    dataActions: ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  },
} as const satisfies Record<string, RoleDefinition>

const ALL: readonly RoleDefinition[] = Object.values(ROLES)

/** By guid or by display name, as az and ARM accept either. */
export const findRole = (idOrName: string): RoleDefinition | undefined =>
  ALL.find(({ id, name }) => id === idOrName.toLowerCase() || name.toLowerCase() === idOrName.toLowerCase())
