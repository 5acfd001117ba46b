// Layer 1 of 3: the resource group and the identity, so that an Entra administrator can be told their ids beforehand.
targetScope = 'subscription'

import { originOf, resourceNames, resourceTags, resourceToken } from '../names.bicep'

@description('Name of the azd environment: one environment is one client tenant.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Azure region of every resource.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Origin of a custom domain, e.g. https://crm-mcp.contoso.com; empty: the platform name of the app.')
param customBaseUrl string = ''

@description('Domain of App Service in this cloud.')
param appServiceDomain string = 'azurewebsites.net'

@description('Tags of every resource, e.g. costCenter=1234;owner=CRM team')
param tags string = ''

var names = resourceNames(resourceToken(subscription().subscriptionId, environmentName, location))
var allTags = resourceTags(tags, environmentName)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity '../app/identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: allTags }
}

// azd does not hand its tenant to hooks, so it comes from here.
output AZURE_TENANT_ID string = tenant().tenantId
output ENTRA_AUTHORITY_HOST string = originOf(environment().authentication.loginEndpoint)
output AZURE_RESOURCE_GROUP string = group.name
output MANAGED_IDENTITY_NAME string = names.identity
output MANAGED_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output MANAGED_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output PUBLIC_BASE_URL string = empty(customBaseUrl)
  ? 'https://${names.functionApp}.${appServiceDomain}'
  : customBaseUrl
