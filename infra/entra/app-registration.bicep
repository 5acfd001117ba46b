extension microsoftGraphV1

@description('Immutable key of the registration: deploying again finds it by this name.')
param uniqueName string
param publicBaseUrl string
param managedIdentityPrincipalId string
param grantAdminConsent bool
param assignmentRequired bool

var dataverseAppId = '00000007-0000-0000-c000-000000000000'
var scopeName = 'MCP.Access'

resource dataverse 'Microsoft.Graph/servicePrincipals@v1.0' existing = { appId: dataverseAppId }

var userImpersonationId = filter(dataverse.oauth2PermissionScopes, scope => scope.value == 'user_impersonation')[0].id

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: 'Dynamics 365 for ChatGPT (${uniqueName})'
  signInAudience: 'AzureADMyOrg'
  web: {
    // The callback comes first: Entra returns there after admin consent.
    redirectUris: ['${publicBaseUrl}/oauth/callback', '${publicBaseUrl}/signed-out']
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false }
  }
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: guid(uniqueName, scopeName)
        value: scopeName
        type: 'User'
        isEnabled: true
        adminConsentDisplayName: 'Read Dynamics 365 as the signed-in person'
        adminConsentDescription: 'Lets the app read Dynamics 365 with the rights of the person who signed in.'
        userConsentDisplayName: 'Read Dynamics 365 as you'
        userConsentDescription: 'Lets the app read Dynamics 365 with your own rights.'
      }
    ]
  }
  requiredResourceAccess: [
    {
      resourceAppId: dataverseAppId
      resourceAccess: [{ id: userImpersonationId, type: 'Scope' }]
    }
  ]
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true }

  resource functionsIdentity 'federatedIdentityCredentials@v1.0' = {
    name: '${uniqueName}/functions-identity'
    description: 'The app proves itself by its managed identity; there is no client secret'
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: managedIdentityPrincipalId
    audiences: ['api://AzureADTokenExchange']
  }
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
  appRoleAssignmentRequired: assignmentRequired
}

resource dataverseConsent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = if (grantAdminConsent) {
  clientId: servicePrincipal.id
  resourceId: dataverse.id
  consentType: 'AllPrincipals'
  scope: 'user_impersonation'
}

output clientId string = application.appId
