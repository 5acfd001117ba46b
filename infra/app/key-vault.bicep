// Holds the sealing and index keys, made by hooks/layers/platform-postprovision.mjs: a template and its outputs are logged, so no key is in one.
param name string
param location string
param tags object
param workspaceId string

@description('Deleted keys cannot be destroyed before 90 days, not even by an owner. Cannot be switched off again.')
param purgeProtection bool

@description('Reached by private endpoints alone. A rule that an administrator added for their own address goes.')
param privateNetwork bool

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // Cannot be changed later, so one value whatever purgeProtection says.
    softDeleteRetentionInDays: 90
    enablePurgeProtection: purgeProtection ? true : null
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: privateNetwork
      ? { bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] }
      : { bypass: 'None', defaultAction: 'Allow' }
  }
}

// The rule takes 2016-09-01 alone, which cannot log what is asked here.
#disable-next-line use-recent-api-versions
resource auditLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

output uri string = vault.properties.vaultUri
