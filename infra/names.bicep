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
  auditWorkspace: string
  auditRule: string
  actionGroup: string
  budget: string
  network: string
  networkRules: string
} => {
  identity: 'id-${token}'
  plan: 'plan-${token}'
  functionApp: 'func-dynamics-mcp-${token}'
  hostStorage: 'sthost${token}'
  tokenStorage: 'sttokens${token}'
  keyVault: 'kv-${token}'
  workspace: 'log-${token}'
  applicationInsights: 'appi-${token}'
  auditWorkspace: 'log-audit-${token}'
  auditRule: 'dcr-audit-${token}'
  actionGroup: 'ag-${token}'
  budget: 'budget-${token}'
  network: 'vnet-${token}'
  networkRules: 'nsg-${token}'
}

@description('Tags of every resource: pairs `name=value`, parted by semicolons; azd finds its own by the name of the environment.')
@export()
func resourceTags(pairs string, environmentName string) object =>
  union(
    toObject(
      filter(split(pairs, ';'), pair => !empty(trim(pair))),
      pair => trim(split(pair, '=')[0]),
      pair => trim(join(skip(split(pair, '='), 1), '='))
    ),
    { 'azd-env-name': environmentName }
  )

@description('Scheme and host of a URL.')
@export()
func originOf(url string) string => join(take(split(url, '/'), 3), '/')
