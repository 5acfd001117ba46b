// Layer 3 of 3: everything that runs, for one client tenant. Layers 1 (identity/) and 2 (entra/) come first.
targetScope = 'subscription'

import { originOf, resourceNames, resourceTags, resourceToken } from 'names.bicep'

@description('Name of the azd environment: one environment is one client tenant.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Azure region of every resource; it must offer Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Resource group of layer 1.')
param resourceGroupName string

@description('Client id and principal id of the managed identity of layer 1.')
param managedIdentityClientId string
param managedIdentityPrincipalId string

@description('Origin under which people and ChatGPT reach the app; changing it ends every connection.')
param publicBaseUrl string

@description('Host of a custom domain that is bound to the app: its certificate is issued, and used. npm run domain sets it.')
param customDomain string = ''

@description('Front Door ID of the Azure Front Door in front, if one is: nobody then gets around it.')
param frontDoorId string = ''

@description('Tenant whose people may sign in.')
param entraTenantId string

@description('Origin of Entra in this cloud.')
param entraAuthorityHost string

@description('Client id of the app registration of layer 2, or of one that an administrator made.')
@minLength(36)
@maxLength(36)
param entraClientId string

@description('The environment that is queried, e.g. https://contoso.crm4.dynamics.com')
param dataverseUrl string

@description('Further settings by the names of shared/config/settings.ts; an empty one keeps the default given there.')
param optionalSettings { *: string }

@description('Tags of every resource, e.g. costCenter=1234;owner=CRM team')
param tags string = ''

@description('More memory brings more processor: 512 a quarter of a core, 2048 one, 4096 two. The app itself fits into 512.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('Arguments of the Node worker, e.g. --max-semi-space-size=4. Any cost the worker that Azure keeps warm; one that Node does not know stops the app.')
param workerArguments string = ''

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances kept warm for all HTTP functions, billed whether used or not.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0
param storageSku 'Standard_LRS' | 'Standard_ZRS' = 'Standard_LRS'

@description('Spreads the instances over data centres. Needs Standard_ZRS, and keeps two of each group of functions warm.')
param zoneRedundant bool = false

@description('On for production: deleted keys then stay recoverable for 90 days, and the vault\'s name taken.')
param purgeProtection bool = true
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 90
@minValue(1)
param logDailyCapInGb int = 1

@description('Days that the audit can be queried.')
@minValue(30)
@maxValue(730)
param auditRetentionInDays int = 90

@description('Days that the audit is kept: at least those that it can be queried.')
@minValue(30)
@maxValue(4383)
param auditTotalRetentionInDays int = 365

@description('Addresses that alerts are sent to, parted by semicolons.')
param alertEmail string = ''

@description('Address that is given each alert, e.g. of a workflow in Teams.')
@secure()
param alertWebhook string = ''

@description('Whether the app is called from outside every quarter of an hour, from five places.')
param availabilityTest bool = true

@description('What the resource group may cost a month before it is told, in the currency of the subscription; 0 for none.')
@minValue(0)
param budgetAmount int = 0

@description('From when on: the first day of the month in which it is set, and the same ever after. Empty: no budget.')
param budgetStart string = ''

@description('Refuses to delete the account of the sealed tokens, and with it its group. The deployer must be allowed to set locks: Owner or User Access Administrator.')
param deleteLock bool = false

@description('Storage and vault are reached from a network of the app\'s own alone, by private endpoints.')
param privateNetwork bool = false

@description('IPv4 range of that network, /25 or larger.')
param vnetAddressPrefix string = '10.240.0.0/24'

@description('Object id of whoever creates or rotates keys; empty again when done.')
param keyOfficerPrincipalId string = ''

@description('Empty: Azure looks it up.')
param keyOfficerPrincipalType 'User' | 'ServicePrincipal' | 'Group' | '' = ''

var token = resourceToken(subscription().subscriptionId, environmentName, location)
var names = resourceNames(token)
var allTags = resourceTags(tags, environmentName)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' existing = { name: resourceGroupName }

module monitoring 'monitor/workspace.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    applicationInsightsName: names.applicationInsights
    location: location
    tags: allTags
    retentionInDays: logRetentionInDays
    dailyCapInGb: logDailyCapInGb
  }
}

module audit 'monitor/audit.bicep' = {
  scope: group
  params: {
    workspaceName: names.auditWorkspace
    ruleName: names.auditRule
    location: location
    tags: allTags
    retentionInDays: auditRetentionInDays
    totalRetentionInDays: auditTotalRetentionInDays < auditRetentionInDays
      ? auditRetentionInDays
      : auditTotalRetentionInDays
  }
}

module workbook 'monitor/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    auditWorkspaceId: audit.outputs.workspaceId
    logWorkspaceId: monitoring.outputs.workspaceId
  }
}

module actionGroup 'monitor/action-group.bicep' = {
  scope: group
  params: { name: names.actionGroup, tags: allTags, emails: alertEmail, webhook: alertWebhook }
}

module alerts 'monitor/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    auditWorkspaceId: audit.outputs.workspaceId
    logWorkspaceId: monitoring.outputs.workspaceId
    actionGroupId: actionGroup.outputs.id
    logDailyCapInGb: logDailyCapInGb
  }
}

module activity 'monitor/activity.bicep' = {
  scope: group
  params: { token: token, location: location, tags: allTags, actionGroupId: actionGroup.outputs.id }
}

module availability 'monitor/availability.bicep' = if (availabilityTest) {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    actionGroupId: actionGroup.outputs.id
    publicBaseUrl: publicBaseUrl
  }
}

module budget 'monitor/budget.bicep' = if (budgetAmount > 0 && !empty(budgetStart)) {
  scope: group
  params: {
    name: names.budget
    amount: budgetAmount
    startDate: budgetStart
    actionGroupId: actionGroup.outputs.id
    groupTells: !empty(alertEmail) || !empty(alertWebhook)
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    hostAccountName: names.hostStorage
    tokenAccountName: names.tokenStorage
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    skuName: storageSku
    deleteLock: deleteLock
    privateNetwork: privateNetwork
  }
}

module keyVault 'app/key-vault.bicep' = {
  scope: group
  params: {
    name: names.keyVault
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    purgeProtection: purgeProtection
    privateNetwork: privateNetwork
  }
}

module network 'network/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: names.network
    rulesName: names.networkRules
    location: location
    tags: allTags
    addressPrefix: vnetAddressPrefix
  }
}

module endpoints 'network/endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: allTags
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    hostAccountName: names.hostStorage
    tokenAccountName: names.tokenStorage
    keyVaultName: names.keyVault
  }
  dependsOn: [storage, keyVault]
}

module rbac 'app/rbac.bicep' = {
  scope: group
  params: {
    hostAccountName: names.hostStorage
    tokenAccountName: names.tokenStorage
    keyVaultName: names.keyVault
    applicationInsightsName: names.applicationInsights
    auditRuleName: names.auditRule
    appPrincipalId: managedIdentityPrincipalId
    keyOfficerPrincipalId: keyOfficerPrincipalId
    keyOfficerPrincipalType: keyOfficerPrincipalType
  }
  dependsOn: [storage, keyVault, audit]
}

// Origins without the trailing slash that Azure gives its addresses: shared/config/config.ts refuses it.
var appSettings = {
  PUBLIC_BASE_URL: publicBaseUrl
  ENTRA_TENANT_ID: entraTenantId
  ENTRA_CLIENT_ID: entraClientId
  ENTRA_AUTHORITY_HOST: entraAuthorityHost
  MANAGED_IDENTITY_CLIENT_ID: managedIdentityClientId
  DATAVERSE_URL: dataverseUrl
  TABLES_ENDPOINT: originOf(storage.outputs.tablesEndpoint)
  KEY_VAULT_URL: originOf(keyVault.outputs.uri)
  SEALING_KEY_NAME: 'sealing-key'
  INDEX_KEY_NAME: 'index-key'
  AUDIT_INGESTION_ENDPOINT: originOf(audit.outputs.ingestionEndpoint)
  AUDIT_RULE_ID: audit.outputs.ruleId
  AUDIT_STREAM: audit.outputs.streamName
}

module app 'app/function.bicep' = {
  scope: group
  params: {
    name: names.functionApp
    planName: names.plan
    location: location
    tags: allTags
    identityName: names.identity
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    hostEndpoints: storage.outputs.hostEndpoints
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    appSettings: union(optionalSettings, appSettings)
    instanceMemoryMB: instanceMemoryMB
    workerArguments: workerArguments
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    zoneRedundant: zoneRedundant
    frontDoorId: frontDoorId
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
  }
  // An app that starts before its endpoints finds storage and vault closed.
  dependsOn: [rbac, endpoints]
}

module domain 'app/custom-domain.bicep' = if (!empty(customDomain)) {
  scope: group
  params: { appName: names.functionApp, location: location, hostName: customDomain }
  dependsOn: [app]
}

output FUNCTION_APP_NAME string = names.functionApp
output FUNCTION_APP_HOST string = app.outputs.hostName
output KEY_VAULT_NAME string = names.keyVault
output KEY_VAULT_URL string = appSettings.KEY_VAULT_URL
output TABLES_ENDPOINT string = appSettings.TABLES_ENDPOINT
// Where npm run admin asks who read what; the app itself cannot.
output AUDIT_WORKSPACE_ID string = audit.outputs.customerId
// Opened for an administrator's address by npm run network.
output TOKEN_ACCOUNT_NAME string = names.tokenStorage
output REPORTS_TABLE_ID string = storage.outputs.reportsTableId
output MCP_URL string = '${publicBaseUrl}/mcp'
