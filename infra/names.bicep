@description('Thirteen characters that are the same for every layer of one environment and differ from all others.')
@export()
func resourceToken(subscriptionId string, environmentName string, location string) string =>
  toLower(uniqueString(subscriptionId, environmentName, location))

@description('Names by the Cloud Adoption Framework: prefix of the resource type, then the token.')
@export()
func resourceNames(token string) {
  identity: string
  plan: string
  functionApp: string
  hostStorage: string
  tokenStorage: string
  keyVault: string
  workspace: string
  applicationInsights: string
} => {
  identity: 'id-${token}'
  plan: 'plan-${token}'
  functionApp: 'func-dynamics-mcp-${token}'
  hostStorage: 'sthost${token}'
  tokenStorage: 'sttokens${token}'
  keyVault: 'kv-${token}'
  workspace: 'log-${token}'
  applicationInsights: 'appi-${token}'
}

@description('Scheme and host of a URL.')
@export()
func originOf(url string) string => join(take(split(url, '/'), 3), '/')
