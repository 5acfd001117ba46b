// One rule a file of queries/alerts/: a row of its answer is the alarm.

param token string
param location string
param tags object
param auditWorkspaceId string
param logWorkspaceId string
param actionGroupId string

@description('Daily cap of the log, of which an alert tells before it is reached.')
param logDailyCapInGb int

type rule = {
  name: string
  title: string
  query: string
  scope: string
  severity: 0 | 1 | 2 | 3
  @description('How often it is looked at, and how far back: farther than since the last time, or a row that came late is never seen.')
  every: string
  window: string
  @description('Whether it ends by itself. What has happened once does not: it is told again after the window.')
  passes: bool
}

var audit = auditWorkspaceId
var log = logWorkspaceId
var rules rule[] = [
  {
    name: 'sign-in-broken'
    title: 'Nobody gets through the sign-in'
    query: loadTextContent('queries/alerts/sign-in/sign-in-broken.kql')
    scope: audit
    severity: 1
    every: 'PT15M'
    window: 'PT30M'
    passes: true
  }
  {
    name: 'token-reused'
    title: 'A code or refresh token was used twice'
    query: loadTextContent('queries/alerts/sign-in/token-reused.kql')
    scope: audit
    severity: 1
    every: 'PT5M'
    window: 'PT1H'
    passes: false
  }
  {
    name: 'invalid-client'
    title: 'Ids or secrets of clients are refused in numbers'
    query: loadTextContent('queries/alerts/sign-in/invalid-client.kql')
    scope: audit
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    passes: true
  }
  {
    name: 'entra-refuses-app'
    title: 'Microsoft refuses the app itself'
    query: loadTextContent('queries/alerts/sign-in/entra-refuses-app.kql')
    scope: audit
    severity: 0
    every: 'PT5M'
    window: 'PT1H'
    passes: true
  }
  {
    name: 'consent-missing'
    title: 'Consent or assignment is missing'
    query: loadTextContent('queries/alerts/sign-in/consent-missing.kql')
    scope: audit
    severity: 2
    every: 'PT1H'
    window: 'PT2H'
    passes: true
  }
  {
    name: 'server-errors'
    title: 'The app answers with faults of its own'
    query: loadTextContent('queries/alerts/service/server-errors.kql')
    scope: log
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    passes: true
  }
  {
    name: 'settings-invalid'
    title: 'The app cannot start with its settings'
    query: loadTextContent('queries/alerts/service/settings-invalid.kql')
    scope: log
    severity: 0
    every: 'PT15M'
    window: 'PT1H'
    passes: true
  }
  {
    name: 'vault-refused'
    title: 'The vault of the keys refuses a caller'
    query: loadTextContent('queries/alerts/service/vault-refused.kql')
    scope: log
    severity: 1
    every: 'PT5M'
    window: 'PT1H'
    passes: true
  }
  {
    name: 'dataverse-throttling'
    title: 'Dataverse tells the app to wait'
    query: loadTextContent('queries/alerts/service/dataverse-throttling.kql')
    scope: audit
    severity: 3
    every: 'PT15M'
    window: 'PT30M'
    passes: true
  }
  {
    name: 'slow-tools'
    title: 'Tools are slow'
    query: loadTextContent('queries/alerts/service/slow-tools.kql')
    scope: audit
    severity: 3
    every: 'PT15M'
    window: 'PT30M'
    passes: true
  }
  {
    name: 'changes-altered'
    title: 'Changes are sent that nobody previewed'
    query: loadTextContent('queries/alerts/writes/changes-altered.kql')
    scope: audit
    severity: 1
    every: 'PT15M'
    window: 'PT1H'
    passes: false
  }
  {
    name: 'audit-lost'
    title: 'Events did not reach the audit table'
    query: loadTextContent('queries/alerts/upkeep/audit-lost.kql')
    scope: log
    severity: 1
    every: 'PT15M'
    window: 'PT1H'
    passes: false
  }
  {
    name: 'audit-silent'
    title: 'The audit table takes nothing in'
    query: loadTextContent('queries/alerts/upkeep/audit-silent.kql')
    scope: audit
    severity: 1
    every: 'PT1H'
    window: 'PT3H'
    passes: true
  }
  {
    name: 'log-cap-reached'
    title: 'The log has reached its daily cap'
    query: loadTextContent('queries/alerts/upkeep/log-cap-reached.kql')
    scope: log
    severity: 1
    every: 'PT15M'
    window: 'PT6H'
    passes: true
  }
  {
    name: 'log-cap-near'
    title: 'The log is near its daily cap'
    query: replace(
      loadTextContent('queries/alerts/upkeep/log-cap-near.kql'),
      '{CapInGb}',
      string(logDailyCapInGb)
    )
    scope: log
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    passes: true
  }
  {
    name: 'credential-ends'
    title: 'The certificate or secret of the app ends soon'
    query: loadTextContent('queries/alerts/upkeep/credential-ends.kql')
    scope: audit
    severity: 2
    every: 'P1D'
    window: 'P1D'
    passes: false
  }
  {
    name: 'key-old'
    title: 'The sealing key is old'
    query: loadTextContent('queries/alerts/upkeep/key-old.kql')
    scope: audit
    severity: 3
    every: 'P1D'
    window: 'P1D'
    passes: false
  }
  {
    name: 'sweep-unfinished'
    title: 'What has expired is not removed'
    query: loadTextContent('queries/alerts/upkeep/sweep-unfinished.kql')
    scope: audit
    severity: 3
    every: 'PT6H'
    window: 'PT6H'
    passes: true
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for one in rules: {
    name: 'alert-${one.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'ChatGPT Dynamics MCP: ${one.title}'
      description: 'infra/monitor/queries/alerts: ${one.name}.kql'
      enabled: true
      severity: one.severity
      scopes: [one.scope]
      evaluationFrequency: one.every
      windowSize: one.window
      criteria: {
        allOf: [
          {
            query: one.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: one.passes
      actions: { actionGroups: [actionGroupId] }
      // The tables are made in this very deployment, or by the first row.
      skipQueryValidation: true
    }
  }
]
