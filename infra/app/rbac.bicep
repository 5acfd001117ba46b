// Every right that this deployment grants, each on one resource, none on the group.
import { appRoles, keyVaultSecretsOfficer } from 'roles.bicep'

param hostAccountName string
param tokenAccountName string
param keyVaultName string
param applicationInsightsName string
param auditRuleName string

@description('Principal id of the app\'s managed identity.')
param appPrincipalId string

@description('Object id of whoever creates or rotates keys; empty: nobody may.')
param keyOfficerPrincipalId string

@description('Empty: Azure looks it up. A wrong one is refused (UnmatchedPrincipalType).')
param keyOfficerPrincipalType 'User' | 'ServicePrincipal' | 'Group' | ''

resource hostAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = { name: hostAccountName }
resource tokenAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = { name: tokenAccountName }
resource keyVault 'Microsoft.KeyVault/vaults@2026-05-15' existing = { name: keyVaultName }

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = { name: applicationInsightsName }

resource auditRule 'Microsoft.Insights/dataCollectionRules@2024-03-11' existing = { name: auditRuleName }

resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, appPrincipalId, appRoles.storageBlobDataOwner)
  properties: {
    description: 'The Functions host: deployment package, locks, timer state'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', appRoles.storageBlobDataOwner)
  }
}

resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, appPrincipalId, appRoles.storageTableDataContributor)
  properties: {
    description: 'The Functions host: its diagnostic events'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      appRoles.storageTableDataContributor
    )
  }
}

resource tokenTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: tokenAccount
  name: guid(tokenAccount.id, appPrincipalId, appRoles.storageTableDataContributor)
  properties: {
    description: 'The app: clients, sign-ins and sealed grants'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      appRoles.storageTableDataContributor
    )
  }
}

resource readKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: keyVault
  name: guid(keyVault.id, appPrincipalId, appRoles.keyVaultSecretsUser)
  properties: {
    description: 'The app: reads the sealing and index keys'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', appRoles.keyVaultSecretsUser)
  }
}

resource sendTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: applicationInsights
  name: guid(applicationInsights.id, appPrincipalId, appRoles.monitoringMetricsPublisher)
  properties: {
    description: 'The app and its host: send logs, traces and metrics'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      appRoles.monitoringMetricsPublisher
    )
  }
}

resource sendAudit 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: auditRule
  name: guid(auditRule.id, appPrincipalId, appRoles.monitoringMetricsPublisher)
  properties: {
    description: 'The app: sends the audit'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      appRoles.monitoringMetricsPublisher
    )
  }
}

resource writeKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(keyOfficerPrincipalId)) {
  scope: keyVault
  name: guid(keyVault.id, keyOfficerPrincipalId, keyVaultSecretsOfficer)
  properties: {
    description: 'The key officer: creates and rotates keys; remove when done'
    principalId: keyOfficerPrincipalId
    ...(empty(keyOfficerPrincipalType) ? {} : { principalType: keyOfficerPrincipalType })
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsOfficer)
  }
}
