// What the resource group may cost a month, in the currency of the subscription. It tells; it stops nothing.
param name string
param amount int
param actionGroupId string

@description('Whether the action group tells anybody. Where it does not, the owners of the subscription are told by mail.')
param groupTells bool

@description('The first day of a month. Azure takes none of a month that is over for a new budget, and refuses to change that of a budget it has.')
param startDate string

var contactRoles = groupTells ? [] : ['Owner']

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactGroups: [actionGroupId]
        contactRoles: contactRoles
      }
      foreseen: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroupId]
        contactRoles: contactRoles
      }
    }
  }
}
