extension microsoftGraphV1

param uniqueName string
param displayName string

@description('Id of the application that application.bicep made: a registration cannot name itself (BCP079).')
param clientId string
param publicBaseUrl string
param managedIdentityPrincipalId string
param grantAdminConsent bool
param assignmentRequired bool

@description('Who gets the role Administrator; empty: nobody.')
param administratorPrincipalId string

var registration = loadJsonContent('registration.json')
var permissions = registration.permissions
var scopeId = guid(uniqueName, registration.scope.value)
var claims = map(registration.optionalClaims, claim => { name: claim })

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = { appId: permissions.graph.appId }
resource dataverse 'Microsoft.Graph/servicePrincipals@v1.0' existing = { appId: permissions.dataverse.appId }

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: displayName
  signInAudience: registration.signInAudience
  tags: registration.tags
  web: {
    // The callback comes first: Entra returns there after admin consent.
    redirectUris: map(registration.redirectPaths, path => '${publicBaseUrl}${path}')
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false }
  }
  // Whoever can add an address here could have a browser or a device given tokens without the app's proof.
  spa: { redirectUris: [] }
  publicClient: { redirectUris: [] }
  isFallbackPublicClient: false
  api: {
    requestedAccessTokenVersion: 2
    knownClientApplications: []
    oauth2PermissionScopes: [{ ...registration.scope, id: scopeId }]
    preAuthorizedApplications: map(registration.preAuthorizedClients, client => {
      appId: client.appId
      delegatedPermissionIds: [scopeId]
    })
  }
  appRoles: map(registration.appRoles, role => { ...role, id: guid(uniqueName, role.value) })
  optionalClaims: { idToken: claims, accessToken: claims, saml2Token: [] }
  // Exactly what is granted below: consenting again in the portal takes away what is not listed.
  requiredResourceAccess: [
    {
      resourceAppId: permissions.graph.appId
      resourceAccess: map(
        filter(graph.oauth2PermissionScopes, scope => contains(permissions.graph.scopes, scope.value)),
        scope => { id: scope.id, type: 'Scope' }
      )
    }
    {
      resourceAppId: permissions.dataverse.appId
      resourceAccess: map(
        filter(dataverse.oauth2PermissionScopes, scope => contains(permissions.dataverse.scopes, scope.value)),
        scope => { id: scope.id, type: 'Scope' }
      )
    }
    {
      resourceAppId: clientId
      resourceAccess: map(permissions.itself.scopes, name => { id: guid(uniqueName, name), type: 'Scope' })
    }
  ]
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true }

  resource functionsIdentity 'federatedIdentityCredentials@v1.0' = {
    name: '${uniqueName}/${registration.federatedCredential.name}'
    description: registration.federatedCredential.description
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: managedIdentityPrincipalId
    audiences: [registration.federatedCredential.audience]
  }
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
  appRoleAssignmentRequired: assignmentRequired
}

resource graphConsent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = if (grantAdminConsent) {
  clientId: servicePrincipal.id
  resourceId: graph.id
  consentType: 'AllPrincipals'
  scope: join(permissions.graph.scopes, ' ')
}

resource dataverseConsent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = if (grantAdminConsent) {
  clientId: servicePrincipal.id
  resourceId: dataverse.id
  consentType: 'AllPrincipals'
  scope: join(permissions.dataverse.scopes, ' ')
}

resource ownConsent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = if (grantAdminConsent) {
  clientId: servicePrincipal.id
  resourceId: servicePrincipal.id
  consentType: 'AllPrincipals'
  scope: join(permissions.itself.scopes, ' ')
}

resource administrator 'Microsoft.Graph/appRoleAssignedTo@v1.0' = if (!empty(administratorPrincipalId)) {
  appRoleId: guid(uniqueName, 'Administrator')
  principalId: administratorPrincipalId
  resourceId: servicePrincipal.id
}

output clientId string = application.appId
