// Layer 2 of 3: the app registration. Skip it (`azd provision identity`, then `azd provision platform`) where an
// administrator makes the registration by hooks/create-app-registration.sh.
targetScope = 'subscription'

@description('Name of the azd environment: one environment is one client tenant.')
param environmentName string

@description('Resource group of layer 1.')
param resourceGroupName string

@description('create: this deployment makes the registration; existing: an administrator made it, its id is given.')
param entraAppMode 'create' | 'existing' = 'create'

@description('Client id of the registration that exists; ignored when one is created.')
param existingClientId string = ''

@description('Origin of the app.')
param publicBaseUrl string

@description('Principal id of the managed identity of layer 1.')
param managedIdentityPrincipalId string

@description('Consents for everyone in the tenant; the deployer must be Privileged Role or Cloud Application Administrator.')
param grantAdminConsent bool = false

@description('Only people and groups assigned to the enterprise application may sign in.')
param assignmentRequired bool = true

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' existing = { name: resourceGroupName }

module registration 'app-registration.bicep' = if (entraAppMode == 'create') {
  scope: group
  params: {
    uniqueName: 'dynamics-mcp-${environmentName}'
    publicBaseUrl: publicBaseUrl
    managedIdentityPrincipalId: managedIdentityPrincipalId
    grantAdminConsent: grantAdminConsent
    assignmentRequired: assignmentRequired
  }
}

var clientId = registration.?outputs.clientId ?? existingClientId

output ENTRA_CLIENT_ID string = clientId
// The GUID form: an app that asks for a token to itself may name itself only so (AADSTS90009).
output ENTRA_API_SCOPE string = '${clientId}/MCP.Access'
