extension microsoftGraphV1

@description('Immutable key of the registration: deploying again finds it by this name.')
param uniqueName string
param displayName string

var registration = loadJsonContent('registration.json')

// Only what must be there before the rest can be declared: its id, which Entra chooses, and its scope, which Graph does
// not let a client be preauthorised for in the request that makes it. All of it is declared again, unchanged, in
// registration.bicep; Graph's PATCH leaves members alone that it does not name, so a later deployment takes nothing away.
resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: displayName
  signInAudience: registration.signInAudience
  tags: registration.tags
  api: { oauth2PermissionScopes: [{ ...registration.scope, id: guid(uniqueName, registration.scope.value) }] }
}

output clientId string = application.appId
