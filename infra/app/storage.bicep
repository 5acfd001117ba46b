// Two accounts: whoever can deploy the app (host account) must not thereby reach the sealed tokens (token account).
param hostAccountName string
param tokenAccountName string
param location string
param tags object
param workspaceId string

@description('Standard_LRS keeps three copies in one building, Standard_ZRS in three.')
param skuName 'Standard_LRS' | 'Standard_ZRS'

@description('Refuses to delete the token account; rows can be deleted all the same.')
param deleteLock bool

@description('Both accounts are reached by private endpoints alone. A rule that an administrator added for their own address goes.')
param privateNetwork bool

var deploymentContainerName = 'app-package'
var tableNames = ['clients', 'expiry', 'grants', 'limits', 'logins', 'reports', 'switches', 'users']
var accountProperties = {
  accessTier: 'Hot'
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
  networkAcls: privateNetwork
    ? { bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] }
    : { bypass: 'None', defaultAction: 'Allow' }
}

resource host 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: hostAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: accountProperties

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }

    resource deploymentContainer 'containers' = {
      name: deploymentContainerName
      properties: { publicAccess: 'None' }
    }
  }
}

resource tokens 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: tokenAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: accountProperties

  resource tableService 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [for tableName in tableNames: { name: tableName }]
  }
}

// None on the vault: a lock also keeps role assignments from being deleted, and the key officer's must end.
resource tokenLock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: tokens
  name: 'keep-tokens'
  properties: { level: 'CanNotDelete', notes: 'Without this account everyone has to connect again' }
}

// Writes and deletions only: a log of every read would cost more than the tables and name the grants in use.
// The rule takes 2016-09-01 alone, which cannot log what is asked here.
#disable-next-line use-recent-api-versions
resource tokenLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tokens::tableService
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output hostEndpoints {
  blob: string
  queue: string
  table: string
} = {
  blob: host.properties.primaryEndpoints.blob
  queue: host.properties.primaryEndpoints.queue
  table: host.properties.primaryEndpoints.table
}
output deploymentContainerUrl string = '${host.properties.primaryEndpoints.blob}${deploymentContainerName}'
output tablesEndpoint string = tokens.properties.primaryEndpoints.table

@description('Scope of the right to change reports, and nothing else of the account.')
output reportsTableId string = '${tokens::tableService.id}/tables/reports'
