// Deployed once by a person, apart from the layers: who a pipeline is, and the least that it needs to update one
// environment. Its identity stands in a group of its own, where it has no right: else it could admit others to itself.
targetScope = 'subscription'

import { resourceNames, resourceTags, resourceToken } from '../names.bicep'
import { appRoles } from '../app/roles.bicep'

@description('Name of the azd environment, which a person has deployed.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Principal id of the app\'s managed identity (MANAGED_IDENTITY_PRINCIPAL_ID): the only one that the pipeline may give rights.')
@minLength(36)
@maxLength(36)
param appPrincipalId string

@description('Whom to believe: sub of the tokens that the pipeline\'s environment gets, letter by letter.')
param subject string

@description('Who issues those tokens; GitHub unless given.')
param issuer string = 'https://token.actions.githubusercontent.com'

var location = deployment().location
var token = resourceToken(subscription().subscriptionId, environmentName, location)
var appGroupName = 'rg-${environmentName}'
// The contributor changes resources, but gives no rights; who gives rights may give those of the app, to the app alone.
var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
var rbacAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'

resource appGroup 'Microsoft.Resources/resourceGroups@2025-04-01' existing = { name: appGroupName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}-pipeline'
  location: location
  tags: resourceTags('', '${environmentName}-pipeline')
}

module identity 'identity.bicep' = {
  scope: group
  params: {
    name: '${resourceNames(token).identity}-pipeline'
    location: location
    issuer: issuer
    subject: subject
  }
}

// Templates of layers are deployed at the subscription; built-in roles that may do so may do far more there.
resource mayDeploy 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environmentName, 'pipeline')
  properties: {
    roleName: 'Deploys templates: ${environmentName} (${token})'
    description: 'Starts deployments at the subscription and sees its groups. What they change needs rights on a group.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          // Not all of deployments/*: the records of others' deployments stay.
          'Microsoft.Resources/deployments/read'
          'Microsoft.Resources/deployments/write'
          'Microsoft.Resources/deployments/validate/action'
          'Microsoft.Resources/deployments/whatIf/action'
          'Microsoft.Resources/deployments/operations/read'
          'Microsoft.Resources/deployments/operationstatuses/read'
          'Microsoft.Resources/subscriptions/read'
          'Microsoft.Resources/subscriptions/locations/read'
          'Microsoft.Resources/subscriptions/providers/read'
          'Microsoft.Resources/subscriptions/resourceGroups/read'
        ]
        notActions: []
      }
    ]
  }
}

resource deploys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, environmentName, 'pipeline', 'deploys')
  properties: {
    description: 'A pipeline: starts the deployments of ${environmentName}'
    principalId: identity.outputs.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: mayDeploy.id
  }
}

module rights 'rights.bicep' = {
  scope: appGroup
  params: {
    principalId: identity.outputs.principalId
    contributor: contributor
    rbacAdministrator: rbacAdministrator
    roles: map(items(appRoles), role => role.value)
    onlyTo: appPrincipalId
  }
}

output AZURE_CLIENT_ID string = identity.outputs.clientId
output AZURE_PRINCIPAL_ID string = identity.outputs.principalId
