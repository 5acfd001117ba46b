import { z } from 'zod'
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

/** https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table: names of columns, and those the table keeps. */
const COLUMN_NAME = /^[A-Za-z]\w{0,44}$/
const RESERVED = ['id', 'tenantid', 'type', 'title', 'uniqueid', '_resourceid']
const Columns = z.array(z.object({ name: z.string(), type: z.string() }))

const table: Kind = {
  check: ({ name, declared }) => {
    const { schema } = declared
    if (!name.endsWith('_CL') || typeof schema !== 'object' || schema === null || !('columns' in schema)) return
    const columns = Columns.parse(schema['columns'])
    const wrong = columns.find((one) => !COLUMN_NAME.test(one.name) || RESERVED.includes(one.name.toLowerCase()))
    if (wrong) throw new ArmError('InvalidParameter', `The column name '${wrong.name}' is not valid.`)
    if (!columns.some((one) => one.name === 'TimeGenerated' && one.type === 'datetime'))
      throw new ArmError('InvalidParameter', 'TimeGenerated of type datetime is missing.')
    const [days, total] = [Number(declared['retentionInDays']), Number(declared['totalRetentionInDays'])]
    // https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
    if (days < 4 || days > 730 || total < days || total > 4383)
      throw new ArmError('InvalidParameter', `A retention of ${days}, in all ${total} days, is not valid.`)
  },
}

/** https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure */
const dataCollectionRule: Kind = {
  check: ({ declared, kind }, world, before) => {
    // https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview: the endpoint cannot come later.
    if (before && before.kind !== kind) throw new ArmError('InvalidPayload', 'The kind of a rule cannot be changed.')
    const { logAnalytics } = z
      .object({ logAnalytics: z.array(z.object({ workspaceResourceId: z.string() })) })
      .parse(declared['destinations'])
    for (const { workspaceResourceId: id } of logAnalytics)
      if (findResource(world, id) === undefined)
        throw new ArmError('InvalidPayload', `The workspace '${id}' was not found.`)
    const streams = Object.keys(z.record(z.string(), z.unknown()).parse(declared['streamDeclarations']))
    const flows = z.array(z.object({ streams: z.array(z.string()) })).parse(declared['dataFlows'])
    const unknown = flows.flatMap((flow) => flow.streams).find((stream) => !streams.includes(stream))
    if (unknown !== undefined) throw new ArmError('InvalidPayload', `The stream '${unknown}' is not declared.`)
  },
  runTime: ({ name, kind, location }, world, before) => {
    if (before)
      return { immutableId: before.properties['immutableId'] ?? '', endpoints: before.properties['endpoints'] ?? {} }
    const suffix = world.newGuid().slice(0, 4)
    const endpoint = `https://${name}-${suffix}.${(location ?? '').toLowerCase()}-1.ingest.monitor.azure.com`
    return {
      immutableId: `dcr-${world.newGuid().replaceAll('-', '')}`,
      ...(kind === 'Direct' && { endpoints: { logsIngestion: endpoint } }),
    }
  },
}

export const MONITORING: Readonly<Record<string, Kind>> = {
  'Microsoft.OperationalInsights/workspaces': workspace,
  'Microsoft.OperationalInsights/workspaces/tables': table,
  'Microsoft.Insights/dataCollectionRules': dataCollectionRule,
  'Microsoft.Insights/components': component,
  'Microsoft.Insights/diagnosticSettings': diagnosticSetting,
}
