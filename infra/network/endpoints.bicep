// What the app reaches by a private address, and the names that lead there: without its zone a name leads to the public
// address, where nobody is let in.
param location string
param tags object
param networkId string
param subnetId string
param hostAccountName string
param tokenAccountName string
param keyVaultName string

// https://learn.microsoft.com/azure/private-link/private-endpoint-dns: Key Vault's zone has a name of its own, a cloud each.
var vaultZones = {
  AzureCloud: 'privatelink.vaultcore.azure.net'
  AzureUSGovernment: 'privatelink.vaultcore.usgovcloudapi.net'
  AzureChinaCloud: 'privatelink.vaultcore.azure.cn'
}
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: vaultZones[environment().name]
}

type reached = {
  name: string
  type: string
  service: 'blob' | 'table' | 'vault'
}

// None for queues: the host asks them only for queue triggers, and the app has none.
var targets reached[] = [
  { name: hostAccountName, type: 'Microsoft.Storage/storageAccounts', service: 'blob' }
  { name: hostAccountName, type: 'Microsoft.Storage/storageAccounts', service: 'table' }
  { name: tokenAccountName, type: 'Microsoft.Storage/storageAccounts', service: 'table' }
  { name: keyVaultName, type: 'Microsoft.KeyVault/vaults', service: 'vault' }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zoneNames): {
    name: zone.value
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, at) in items(zoneNames): {
    parent: zones[at]
    name: 'app'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for target in targets: {
    name: 'pep-${target.name}-${target.service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: target.service
          properties: { privateLinkServiceId: resourceId(target.type, target.name), groupIds: [target.service] }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (target, at) in targets: {
    parent: endpoints[at]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.service
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zoneNames[target.service]) }
        }
      ]
    }
    dependsOn: [zones, links]
  }
]
