param principalId string
param contributor string
param rbacAdministrator string

@description('Ids of the roles that may be given and taken, and whom alone.')
param roles string[]
param onlyTo string

var given = '@Request[Microsoft.Authorization/roleAssignments'
var taken = '@Resource[Microsoft.Authorization/roleAssignments'
var rolesText = join(roles, ', ')
var mayGive = '${given}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${rolesText}} AND ${given}:PrincipalId] ForAnyOfAnyValues:GuidEquals {${onlyTo}}'
var mayTake = '${taken}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${rolesText}} AND ${taken}:PrincipalId] ForAnyOfAnyValues:GuidEquals {${onlyTo}}'

resource changes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, contributor)
  properties: {
    description: 'A pipeline: changes what stands in this group'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

// https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
resource gives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, rbacAdministrator)
  properties: {
    description: 'A pipeline: gives the app its rights again, and no other'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', rbacAdministrator)
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (${mayGive})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (${mayTake}))'
    conditionVersion: '2.0'
  }
}
