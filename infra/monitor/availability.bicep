// Whether the app can be reached from outside: the document that every client reads first, and the certificate.
param token string
param location string
param tags object
param applicationInsightsId string
param actionGroupId string
param publicBaseUrl string

// Five places of Azure's list; two that fail are no trouble of one place.
var places = ['emea-nl-ams-azr', 'emea-gb-db3-azr', 'emea-se-sto-edge', 'emea-fr-pra-edge', 'emea-ru-msa-edge']
var linked = union(tags, { 'hidden-link:${applicationInsightsId}': 'Resource' })

resource probe 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'webtest-${token}'
  location: location
  tags: linked
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'webtest-${token}'
    Name: 'ChatGPT Dynamics MCP'
    Kind: 'standard'
    Enabled: true
    // Each run is paid for, and a request.
    Frequency: 900
    Timeout: 30
    RetryEnabled: true
    Locations: map(places, place => { Id: place })
    Request: {
      RequestUrl: '${publicBaseUrl}/.well-known/oauth-authorization-server'
      HttpVerb: 'GET'
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
      ContentValidation: { ContentMatch: '"issuer":"${publicBaseUrl}"', PassIfTextFound: true, IgnoreCase: false }
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'alert-unreachable-${token}'
  location: 'global'
  tags: union(linked, { 'hidden-link:${probe.id}': 'Resource' })
  properties: {
    description: 'The app does not answer from outside, or its certificate ends within 14 days.'
    severity: 1
    enabled: true
    scopes: [probe.id, applicationInsightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: probe.id
      componentId: applicationInsightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
