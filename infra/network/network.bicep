// The app's own network: a subnet that it sends from, and one for the private endpoints of what it rests on.
param name string
param rulesName string
param location string
param tags object

@description('IPv4 range, /25 or larger.')
param addressPrefix string

// Flex Consumption asks for a subnet of its own, whose name has no underscore, delegated to this service; one app needs
// 40 addresses. https://learn.microsoft.com/azure/azure-functions/functions-networking-options#subnets
var appSubnetName = 'app'
var endpointSubnetName = 'endpoints'

// Without a rule of its own: many tenants refuse a subnet that has no group at all.
resource rules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: rulesName
  location: location
  tags: tags
  properties: {}
}

// Subnets within the network: as resources of their own they would be taken away whenever it is written.
resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: appSubnetName
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          networkSecurityGroup: { id: rules.id }
          delegations: [{ name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }]
          // Entra, Dataverse and telemetry are reached from here. Of a delegated subnet the service decides how it gets out;
          // said all the same, for networks made since April 2026 are closed where nothing is said.
          // https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
          defaultOutboundAccess: true
        }
      }
      {
        name: endpointSubnetName
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          networkSecurityGroup: { id: rules.id }
          privateEndpointNetworkPolicies: 'Disabled'
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

output id string = network.id
output appSubnetId string = '${network.id}/subnets/${appSubnetName}'
output endpointSubnetId string = '${network.id}/subnets/${endpointSubnetName}'
