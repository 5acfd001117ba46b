// The workbook's queries are the files of queries/, word for word.
param location string
param tags object

@description('Workspace of the audit.')
param auditWorkspaceId string

@description('Workspace of the log.')
param logWorkspaceId string

type item = {
  title: string
  query: string
  workspaceId: string
  shown: 'table' | 'timechart' | 'barchart' | 'tiles'
  wide: bool
}

var metrics item[] = [
  {
    title: 'Calls a day'
    query: loadTextContent('queries/metrics/calls-per-day.kql')
    workspaceId: auditWorkspaceId
    shown: 'barchart'
    wide: false
  }
  {
    title: 'Latency of tools'
    query: loadTextContent('queries/metrics/latency.kql')
    workspaceId: auditWorkspaceId
    shown: 'timechart'
    wide: false
  }
  {
    title: 'What clients wait for'
    query: loadTextContent('queries/metrics/request-latency.kql')
    workspaceId: logWorkspaceId
    shown: 'timechart'
    wide: false
  }
  {
    title: 'Sign-ins: started, completed, failed, never came back'
    query: loadTextContent('queries/metrics/sign-in-success.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: false
  }
  {
    title: 'Errors by type'
    query: loadTextContent('queries/metrics/errors-by-type.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: false
  }
  {
    title: 'Reports most used'
    query: loadTextContent('queries/metrics/most-used-reports.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: false
  }
  {
    title: 'Cold starts'
    query: loadTextContent('queries/metrics/cold-starts.kql')
    workspaceId: auditWorkspaceId
    shown: 'timechart'
    wide: false
  }
  {
    title: 'Dataverse told us to wait'
    query: loadTextContent('queries/metrics/dataverse-throttling.kql')
    workspaceId: auditWorkspaceId
    shown: 'timechart'
    wide: false
  }
  {
    title: 'Calls for which tables and columns were known'
    query: loadTextContent('queries/metrics/cache-hits.kql')
    workspaceId: auditWorkspaceId
    shown: 'timechart'
    wide: false
  }
  {
    title: 'Connections alive'
    query: loadTextContent('queries/metrics/grants-alive.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: false
  }
  {
    title: 'Renewals'
    query: loadTextContent('queries/metrics/refresh-outcomes.kql')
    workspaceId: auditWorkspaceId
    shown: 'barchart'
    wide: false
  }
  {
    title: 'Sweeps'
    query: loadTextContent('queries/metrics/sweeps.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: false
  }
]

var questions item[] = [
  {
    title: 'Who uses the app'
    query: loadTextContent('queries/questions/people.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Who read the record'
    query: loadTextContent('queries/questions/who-read-record.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Who changed the record'
    query: loadTextContent('queries/questions/who-changed-record.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Changes by person and day'
    query: loadTextContent('queries/questions/changes-per-person.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Changes of which nothing came back'
    query: loadTextContent('queries/questions/changes-without-outcome.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'What the person asked'
    query: loadTextContent('queries/questions/what-did-person-ask.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Sign-ins around the time'
    query: loadTextContent('queries/questions/why-did-sign-in-fail.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'Sign-ins of which nothing came back'
    query: loadTextContent('queries/questions/sign-ins-without-outcome.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
  {
    title: 'What is behind the id'
    query: loadTextContent('queries/questions/what-is-behind-id.kql')
    workspaceId: auditWorkspaceId
    shown: 'table'
    wide: true
  }
]

func heading(name string, says string) object => { type: 1, name: name, content: { json: says } }

func queryItem(one item, position int, prefix string) object => {
  type: 3
  name: '${prefix}-${position}'
  customWidth: one.wide ? '100' : '50'
  content: {
    version: 'KqlItem/1.0'
    query: one.query
    size: 0
    title: one.title
    noDataMessage: 'Nothing in this time.'
    showExportToExcel: true
    timeContextFromParameter: 'TimeRange'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    crossComponentResources: [one.workspaceId]
    visualization: one.shown
  }
}

func textParameter(name string, label string, token string) object => {
  id: guid('parameter', name, token)
  version: 'KqlParameterItem/1.0'
  name: name
  label: label
  type: 1
  isRequired: false
  value: ''
}

var timeRange = {
  id: guid('parameter', 'TimeRange', auditWorkspaceId)
  version: 'KqlParameterItem/1.0'
  name: 'TimeRange'
  label: 'Time'
  type: 4
  isRequired: true
  value: { durationMs: 604800000 }
  typeSettings: {
    selectableValues: [
      { durationMs: 3600000 }
      { durationMs: 86400000 }
      { durationMs: 604800000 }
      { durationMs: 2592000000 }
      { durationMs: 7776000000 }
    ]
    allowCustom: true
  }
}

func parameters(name string, asked array) object => {
  type: 9
  name: name
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: asked
    style: 'pills'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
  }
}

var document = {
  version: 'Notebook/1.0'
  items: concat(
    [
      heading('about', '## ChatGPT Dynamics MCP\nEach tile is a query of `infra/monitor/queries/`.')
      parameters('time', [timeRange])
    ],
    map(metrics, (one, position) => queryItem(one, position, 'metric')),
    [
      heading('questions', '## Questions\nFill in what you ask about.')
      parameters('asked', [
        textParameter('Record', 'Id of a record', auditWorkspaceId)
        textParameter('Person', 'Object id or sign-in name of a person', auditWorkspaceId)
        textParameter('Around', 'Time in UTC, such as 2026-11-28 10:42', auditWorkspaceId)
        textParameter('Id', 'Id of a page, request or connection', auditWorkspaceId)
      ])
    ],
    map(questions, (one, position) => queryItem(one, position, 'question'))
  )
  fallbackResourceIds: [toLower(auditWorkspaceId)]
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook', auditWorkspaceId)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'ChatGPT Dynamics MCP'
    category: 'workbook'
    sourceId: auditWorkspaceId
    version: 'Notebook/1.0'
    serializedData: string(document)
  }
}
