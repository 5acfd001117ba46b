param name string
param planName string
param location string
param tags object
param identityName string
param deploymentContainerUrl string

@description('Where the Functions host keeps its locks and timer state.')
param hostEndpoints {
  blob: string
  queue: string
  table: string
}
param applicationInsightsConnectionString string

@description('Settings that shared/config/config.ts reads. An empty one is left out, so that the default in config.ts holds.')
param appSettings object

param instanceMemoryMB 512 | 2048 | 4096
param workerArguments string
param maximumInstanceCount int
param alwaysReadyInstances int
param zoneRedundant bool

@description('Front Door ID of the one Azure Front Door that may call; empty: whoever likes.')
param frontDoorId string

@description('Subnet that the app sends from; empty: no network of its own.')
param subnetId string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

// The service tag alone would let in everybody's Front Door; which one it was, says the header, which Azure sets itself.
// https://learn.microsoft.com/azure/frontdoor/origin-security. Deployments go to another host, which stays open.
var onlyThrough = {
  ipSecurityRestrictionsDefaultAction: 'Deny'
  ipSecurityRestrictions: [
    {
      name: 'front-door'
      priority: 100
      action: 'Allow'
      tag: 'ServiceTag'
      ipAddress: 'AzureFrontDoor.Backend'
      headers: { 'x-azure-fdid': [frontDoorId] }
    }
  ]
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'mcp' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    // ChatGPT's servers call it.
    publicNetworkAccess: 'Enabled'
    // Chosen when an app is made, and never again: without it no certificate of a custom domain can be.
    #disable-next-line BCP037
    siteScopedCertificatesEnabled: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    outboundVnetRouting: empty(subnetId) ? null : { allTraffic: true }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ...(empty(frontDoorId) ? {} : onlyThrough)
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
      }
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

var hostSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__blobServiceUri: hostEndpoints.blob
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__queueServiceUri: hostEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: hostEndpoints.table
  // For the host; the worker's exporter is told in shared/telemetry/exporter.ts. Without both five traces a second stay.
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  OTEL_TRACES_SAMPLER_ARG: '1.0'
}

// Stream mode's server in the worker takes 16 KB of headers, the host 32: what lies between would never be answered.
// Only there: arguments of one's own cost the worker that Azure keeps warm, and with it the short cold start.
var streamArguments = appSettings.?HTTP_STREAMS == 'true' ? '--max-http-header-size=32768' : ''
var workerSettings = { languageWorkers__node__arguments: trim('${streamArguments} ${workerArguments}') }

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: toObject(
    filter(items(union(appSettings, hostSettings, workerSettings)), setting => !empty(setting.value)),
    setting => setting.key,
    setting => setting.value
  )
}

output hostName string = app.properties.defaultHostName
