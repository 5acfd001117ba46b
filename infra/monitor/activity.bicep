// What an administrator of Azure does to the deployment, and what Azure itself says of its region: nothing of it is in
// any log of ours. These rules cost nothing. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#activity-log-alerts
param token string
param location string
param tags object
param actionGroupId string

type watched = {
  name: string
  title: string
  @description('Operations of Azure Resource Manager, of which one that succeeded is told.')
  operations: string[]
}

// A deployment of yours writes these, too, and is told: whoever gets a message that nobody can place should look.
// Who holds a right on a subscription holds it here, and is given it there: outside of what this group can watch.
var acts watched[] = [
  {
    name: 'rights-changed'
    title: 'Somebody was given or lost a right on the resources, or may sign in as the app'
    operations: [
      'Microsoft.Authorization/roleAssignments/write'
      'Microsoft.Authorization/roleAssignments/delete'
      // Whoever may write in the group can have tokens of any issuer taken for the app's, and no role changes.
      'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write'
      'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete'
    ]
  }
  {
    name: 'vault-changed'
    title: 'The vault of the keys or a storage account, or who may reach them, was changed'
    operations: [
      'Microsoft.KeyVault/vaults/write'
      'Microsoft.KeyVault/vaults/delete'
      'Microsoft.KeyVault/vaults/accessPolicies/write'
      'Microsoft.Storage/storageAccounts/write'
      'Microsoft.Storage/storageAccounts/delete'
    ]
  }
  {
    name: 'app-stopped'
    title: 'The app was stopped or deleted'
    operations: ['Microsoft.Web/sites/stop/action', 'Microsoft.Web/sites/delete']
  }
  {
    name: 'watch-changed'
    title: 'What watches the app was deleted or switched'
    operations: [
      'Microsoft.Insights/scheduledQueryRules/delete'
      'Microsoft.Insights/activityLogAlerts/delete'
      'Microsoft.Insights/actionGroups/delete'
      'Microsoft.Insights/dataCollectionRules/delete'
      'Microsoft.Insights/diagnosticSettings/delete'
      'Microsoft.OperationalInsights/workspaces/delete'
    ]
  }
]

resource administrative 'Microsoft.Insights/activityLogAlerts@2026-01-01' = [
  for act in acts: {
    name: 'alert-${act.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: 'ChatGPT Dynamics MCP: ${act.title}. The activity log of the resource group says who.'
      enabled: true
      scopes: [resourceGroup().id]
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' }
          { field: 'status', equals: 'Succeeded' }
          { anyOf: map(act.operations, operation => { field: 'operationName', equals: operation }) }
        ]
      }
      actions: { actionGroups: [{ actionGroupId: actionGroupId }] }
    }
  }
]

// Azure names a region here as people do, and Entra, which is everywhere, "Global". Where the name is not known, every
// region is told. https://learn.microsoft.com/azure/azure-monitor/alerts/resource-manager-alerts-service-health
var regionNames = loadJsonContent('region-names.json')
var regionName = regionNames[?toLower(replace(location, ' ', ''))]
var ofRegion = regionName == null
  ? []
  : [
      {
        field: 'properties.impactedServices[*].ImpactedRegions[*].RegionName'
        containsAny: [regionName!, 'Global']
      }
    ]

resource health 'Microsoft.Insights/activityLogAlerts@2026-01-01' = {
  name: 'alert-service-health-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'ChatGPT Dynamics MCP: Azure reports an incident, or something that must be done, in the region of the app.'
    enabled: true
    // Nothing less than the subscription of the rule itself is taken.
    scopes: [subscription().id]
    condition: {
      allOf: concat(
        [
          { field: 'category', equals: 'ServiceHealth' }
          {
            anyOf: [
              { field: 'properties.incidentType', equals: 'Incident' }
              { field: 'properties.incidentType', equals: 'ActionRequired' }
              { field: 'properties.incidentType', equals: 'Security' }
            ]
          }
        ],
        ofRegion
      )
    }
    actions: { actionGroups: [{ actionGroupId: actionGroupId }] }
  }
}
