// The part of Microsoft's Bicep extension for Graph (v1.0:1.0.0) that the layer `entra` uses, written down anew, because
// its registry (mcr.microsoft.com) cannot be reached from every machine. Members, kinds and flags are those of
// https://learn.microsoft.com/graph/templates/bicep/reference/overview?view=graph-bicep-1.0; whatever is not listed here
// does not compile here, so a misspelt member is found before Azure finds it.
import { TypeFactory, buildIndex, writeIndexJson, writeTypesJson } from 'bicep-types'
import { typeBuilder } from './type-builder.ts'

type Builder = ReturnType<typeof typeBuilder>

const addPermissionTypes = ({ text, flag, guid, member, list, object }: Builder) => ({
  scopes: list(
    object('PermissionScope', {
      adminConsentDescription: member(text),
      adminConsentDisplayName: member(text),
      id: member(guid),
      isEnabled: member(flag),
      type: member(text),
      userConsentDescription: member(text),
      userConsentDisplayName: member(text),
      value: member(text),
    }),
  ),
  roles: list(
    object('AppRole', {
      allowedMemberTypes: member(list(text)),
      description: member(text),
      displayName: member(text),
      id: member(guid),
      isEnabled: member(flag),
      value: member(text),
    }),
  ),
})

const addRequiredResourceAccess = ({ text, guid, member, list, object }: Builder) =>
  list(
    object('RequiredResourceAccess', {
      resourceAppId: member(text),
      resourceAccess: member(list(object('ResourceAccess', { id: member(guid), type: member(text) }))),
    }),
  )

const addOptionalClaims = ({ text, flag, member, list, object }: Builder) => {
  const claims = list(
    object('OptionalClaim', {
      name: member(text),
      essential: member(flag),
      source: member(text),
      additionalProperties: member(list(text)),
    }),
  )
  return object('OptionalClaims', { accessToken: member(claims), idToken: member(claims), saml2Token: member(claims) })
}

const addApplication = (builder: Builder, { scopes, roles }: ReturnType<typeof addPermissionTypes>): void => {
  const { text, flag, whole, guid, member, required, readOnly, constantKey, list, object, resource } = builder
  const preAuthorized = object('PreAuthorizedApplication', {
    appId: member(text),
    delegatedPermissionIds: member(list(text)),
  })
  const api = object('ApiApplication', {
    acceptMappedClaims: member(flag),
    knownClientApplications: member(list(guid)),
    oauth2PermissionScopes: member(scopes),
    preAuthorizedApplications: member(list(preAuthorized)),
    requestedAccessTokenVersion: member(whole),
  })
  const implicitGrant = object('ImplicitGrantSettings', {
    enableAccessTokenIssuance: member(flag),
    enableIdTokenIssuance: member(flag),
  })
  const web = object('WebApplication', {
    homePageUrl: member(text),
    implicitGrantSettings: member(implicitGrant),
    logoutUrl: member(text),
    redirectUris: member(list(text)),
  })
  const addresses = (name: string) => object(name, { redirectUris: member(list(text)) })
  const lock = object('ServicePrincipalLockConfiguration', {
    isEnabled: member(flag),
    allProperties: member(flag),
  })
  resource('applications', {
    uniqueName: constantKey(text),
    appId: readOnly(text),
    api: member(api),
    appRoles: member(roles),
    displayName: required(text),
    identifierUris: member(list(text)),
    isFallbackPublicClient: member(flag),
    notes: member(text),
    optionalClaims: member(addOptionalClaims(builder)),
    publicClient: member(addresses('PublicClientApplication')),
    requiredResourceAccess: member(addRequiredResourceAccess(builder)),
    serviceManagementReference: member(text),
    servicePrincipalLockConfiguration: member(lock),
    signInAudience: member(text),
    spa: member(addresses('SpaApplication')),
    tags: member(list(text)),
    web: member(web),
  })
}

const addAssignments = ({ text, guid, member, required, key, list, resource }: Builder): void => {
  resource('applications/federatedIdentityCredentials', {
    name: key(text),
    audiences: required(list(text)),
    description: member(text),
    issuer: required(text),
    subject: required(text),
  })
  resource('oauth2PermissionGrants', {
    clientId: required(text),
    consentType: required(text),
    principalId: member(text),
    resourceId: required(text),
    scope: member(text),
  })
  resource('appRoleAssignedTo', {
    appRoleId: required(guid),
    principalId: required(guid),
    resourceId: required(guid),
  })
}

/** The two files of an extension package, as `bicep publish-extension` wants them. */
export const graphTypes = (): { readonly index: string; readonly types: string } => {
  const factory = new TypeFactory()
  const builder = typeBuilder(factory)
  const permissions = addPermissionTypes(builder)
  addApplication(builder, permissions)
  builder.resource('servicePrincipals', {
    appId: builder.key(builder.text),
    accountEnabled: builder.member(builder.flag),
    appRoleAssignmentRequired: builder.member(builder.flag),
    displayName: builder.member(builder.text),
    oauth2PermissionScopes: builder.member(permissions.scopes),
    tags: builder.member(builder.list(builder.text)),
  })
  addAssignments(builder)
  const settings = { name: 'MicrosoftGraph', version: '1.0.0', isSingleton: false }
  const index = buildIndex([{ relativePath: 'types.json', types: factory.types }], () => undefined, settings)
  return { index: writeIndexJson(index), types: writeTypesJson(factory.types) }
}
