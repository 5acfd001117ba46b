import { ArmError } from '../errors.ts'
import { toText } from '../expression/values.ts'
import type { Kind } from './kinds.ts'
import { findResource } from './world.ts'

const component: Kind = {
  check: ({ declared }, world) => {
    const workspace = toText(declared['WorkspaceResourceId'])
    if (findResource(world, workspace) === undefined)
      throw new ArmError('BadRequest', `The workspace '${workspace}' was not found.`)
  },
  runTime: ({ location }, world, before) => {
    if (before !== undefined) {
      const { InstrumentationKey = '', AppId = '', ConnectionString = '' } = before.properties
      return { InstrumentationKey, AppId, ConnectionString }
    }
    const [key, appId] = [world.newGuid(), world.newGuid()]
    const region = (location ?? '').toLowerCase()
    return {
      InstrumentationKey: key,
      AppId: appId,
      // https://learn.microsoft.com/azure/azure-monitor/app/connection-strings#schema
      ConnectionString: [
        `InstrumentationKey=${key}`,
        `IngestionEndpoint=https://${region}-1.in.applicationinsights.azure.com/`,
        `LiveEndpoint=https://${region}.livediagnostics.monitor.azure.com/`,
        `ApplicationId=${appId}`,
      ].join(';'),
    }
  },
}

const workspace: Kind = {
  check: ({ declared }) => {
    const days = Number(declared['retentionInDays'] ?? 30)
    if (days < 30 || days > 730)
      throw new ArmError(
        'InvalidParameter',
        `'RetentionInDays' property should be in the allowed range 30 to 730: ${days}.`,
      )
  },
  runTime: (_, world, before) => ({
    customerId: before?.properties['customerId'] ?? world.newGuid(),
    provisioningState: 'Succeeded',
  }),
}

const diagnosticSetting: Kind = {
  check: ({ declared }, world) => {
    const id = toText(declared['workspaceId'])
    if (findResource(world, id) === undefined)
      throw new ArmError('ResourceNotFound', `The Resource '${id}' was not found.`, { status: 404 })
  },
}

export const MONITORING: Readonly<Record<string, Kind>> = {
  'Microsoft.OperationalInsights/workspaces': workspace,
  'Microsoft.OperationalInsights/workspaces/tables': {},
  'Microsoft.Insights/components': component,
  'Microsoft.Insights/diagnosticSettings': diagnosticSetting,
  'Microsoft.Insights/actionGroups': {},
  'Microsoft.Insights/scheduledQueryRules': {},
  'Microsoft.Insights/metricAlerts': {},
  'Microsoft.Insights/workbooks': {},
  'Microsoft.Insights/webtests': {},
}
