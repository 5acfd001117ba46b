// Whom alerts tell. Without receivers they are still seen in the portal.
param name string
param tags object

@description('Addresses, with commas, semicolons or blanks between them.')
param emails string

@description('Is given each alert in the common schema, e.g. the address of a workflow in Teams.')
@secure()
param webhook string

var addresses = filter(map(split(emails, [',', ';', ' ']), address => trim(address)), address => !empty(address))

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'DynamicsMcp'
    enabled: true
    emailReceivers: map(addresses, (address, position) => {
      name: 'email-${position}'
      emailAddress: address
      useCommonAlertSchema: true
    })
    webhookReceivers: empty(webhook) ? [] : [{ name: 'webhook', serviceUri: webhook, useCommonAlertSchema: true }]
  }
}

output id string = group.id
