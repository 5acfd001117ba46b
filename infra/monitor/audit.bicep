// Who asked and read what: a workspace of its own, without a daily cap, so that nothing silences it.
param workspaceName string
param ruleName string
param location string
param tags object

@description('Days that queries, alerts and the workbook reach.')
param retentionInDays int

@description('Days after which a row is gone for good.')
param totalRetentionInDays int

// Of the app's own list of fields; a test holds the two together.
var columns = loadJsonContent('audit-columns.json')
var tableName = 'DynamicsMcpAudit_CL'
var streamName = 'Custom-${tableName}'

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
    // -1 is no cap.
    workspaceCapping: { dailyQuotaGb: -1 }
    features: {
      disableLocalAuth: true
      // Whoever may read the app's resources does not thereby read this.
      enableLogAccessUsingOnlyResourcePermissions: false
    }
  }
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2026-03-01' = {
  parent: workspace
  name: tableName
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionInDays
    totalRetentionInDays: totalRetentionInDays
    schema: { name: tableName, columns: columns }
  }
}

// Of the kind Direct: with an endpoint of its own, which no rule can be given later.
resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: ruleName
  location: location
  tags: tags
  kind: 'Direct'
  properties: {
    streamDeclarations: { '${streamName}': { columns: columns } }
    destinations: { logAnalytics: [{ name: 'audit', workspaceResourceId: workspace.id }] }
    dataFlows: [
      {
        streams: [streamName]
        destinations: ['audit']
        transformKql: 'source'
        outputStream: streamName
      }
    ]
  }
  dependsOn: [table]
}

output workspaceId string = workspace.id
output customerId string = workspace.properties.customerId
output ingestionEndpoint string = rule.properties.endpoints.logsIngestion
output ruleId string = rule.properties.immutableId
output streamName string = streamName
