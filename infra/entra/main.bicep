// Layer 2 of 3: the app registration. Where an administrator makes it instead (register-app.mjs), say so by
// ENTRA_APP_MODE=existing and ENTRA_EXISTING_CLIENT_ID: this layer then deploys nothing and hands the id on.
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

@description('Who deploys, a person or a service principal: gets the role Administrator, which /manage asks for.')
param deployerPrincipalId string = ''

@description('false: gives nobody the role, for deployers who may make registrations but not assign people to them.')
param assignAdministrator bool = true

var registration = loadJsonContent('registration.json')
// The subscription is part of the key: two environments of one name in one tenant would take each other's sign-in away.
var uniqueName = '${replace(registration.uniqueName, '{environment}', environmentName)}-${take(guid(subscription().subscriptionId), 8)}'
var displayName = replace(registration.displayName, '{environment}', environmentName)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' existing = { name: resourceGroupName }

module application 'application.bicep' = if (entraAppMode == 'create') {
  scope: group
  params: { uniqueName: uniqueName, displayName: displayName }
}

module complete 'registration.bicep' = if (entraAppMode == 'create') {
  scope: group
  params: {
    uniqueName: uniqueName
    displayName: displayName
    clientId: application!.outputs.clientId
    publicBaseUrl: publicBaseUrl
    managedIdentityPrincipalId: managedIdentityPrincipalId
    grantAdminConsent: grantAdminConsent
    assignmentRequired: assignmentRequired
    administratorPrincipalId: assignAdministrator ? deployerPrincipalId : ''
  }
}

var clientId = entraAppMode == 'create' ? complete!.outputs.clientId : existingClientId

output ENTRA_CLIENT_ID string = clientId
// The GUID form: an app that asks for a token to itself may name itself only so (AADSTS90009).
output ENTRA_API_SCOPE string = '${clientId}/${registration.scope.value}'
