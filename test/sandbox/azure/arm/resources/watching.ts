import { z } from 'zod'
import { ArmError } from '../errors.ts'
import type { Kind } from './kinds.ts'
import { findResource, type World } from './world.ts'

const refuse = (message: string): never => {
  throw new ArmError('BadRequest', message)
}
const present = (world: World, ids: readonly string[]): void => {
  for (const id of ids) if (findResource(world, id) === undefined) refuse(`The resource '${id}' was not found.`)
}

/** https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups: a short name has at most 12 characters. */
const actionGroup: Kind = {
  check: ({ declared, location }) => {
    const group = z
      .object({ groupShortName: z.string(), emailReceivers: z.array(z.object({ name: z.string() })).default([]) })
      .parse(declared)
    if (group.groupShortName.length === 0 || group.groupShortName.length > 12)
      refuse('The group short name must have 1 to 12 characters.')
    if (new Set(group.emailReceivers.map(({ name }) => name)).size !== group.emailReceivers.length)
      refuse('Receiver names must be unique within an action group.')
    if (location === undefined) refuse('An action group needs a location, Global where none is asked for.')
  },
}

const Duration = z.string().regex(/^P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?)?$/)
const minutes = (duration: string): number => {
  const of = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0)
  return of('D') * 1440 + of('H') * 60 + of('M')
}
const QueryRule = z.object({
  severity: z.number().int().min(0).max(4),
  scopes: z.array(z.string()).length(1),
  evaluationFrequency: Duration,
  windowSize: Duration,
  autoMitigate: z.boolean().optional(),
  muteActionsDuration: Duration.optional(),
  criteria: z.object({ allOf: z.array(z.object({ query: z.string().min(1) })).min(1) }),
  actions: z.object({ actionGroups: z.array(z.string()).default([]) }).optional(),
})

/** https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/create-or-update and alerts/alerts-types#log-alerts */
const scheduledQueryRule: Kind = {
  check: ({ declared }, world) => {
    const rule = QueryRule.safeParse(declared)
    if (!rule.success) return refuse(`The alert rule is not valid: ${rule.error.message}`)
    const { windowSize, evaluationFrequency, scopes, actions, autoMitigate, muteActionsDuration } = rule.data
    if (minutes(windowSize) < minutes(evaluationFrequency)) refuse('The window is smaller than the frequency.')
    if (minutes(windowSize) > 2 * 1440 || minutes(evaluationFrequency) > 1440) refuse('The window is too large.')
    if (autoMitigate !== false && muteActionsDuration !== undefined)
      refuse('Actions cannot be muted where alerts are resolved automatically.')
    present(world, [...scopes, ...(actions?.actionGroups ?? [])])
  },
}

const WebTest = z.object({
  Kind: z.enum(['standard']),
  SyntheticMonitorId: z.string(),
  Frequency: z.literal([300, 600, 900]),
  Locations: z.array(z.object({ Id: z.string() })).min(1),
  Request: z.object({ RequestUrl: z.url() }),
})

/** https://learn.microsoft.com/azure/azure-monitor/app/availability: other kinds have retired; the tag ties it to its component. */
const webTest: Kind = {
  check: ({ declared, tags, name }, world) => {
    const test = WebTest.safeParse(declared)
    if (!test.success) return refuse(`The web test is not valid: ${test.error.message}`)
    if (test.data.SyntheticMonitorId !== name) refuse('SyntheticMonitorId must be the name of the web test.')
    const linked = Object.keys(tags).flatMap((tag) => (tag.startsWith('hidden-link:') ? [tag.slice(12)] : []))
    if (linked.length !== 1) refuse("A single 'hidden-link' tag pointing to an existing AI component is required.")
    present(world, linked)
  },
}

const Availability = z.object({
  scopes: z.array(z.string()).min(1),
  criteria: z.object({ webTestId: z.string(), componentId: z.string(), failedLocationCount: z.number().int().min(1) }),
  actions: z.array(z.object({ actionGroupId: z.string() })).default([]),
})
const metricAlert: Kind = {
  check: ({ declared }, world) => {
    const { scopes, criteria, actions } = Availability.parse(declared)
    present(world, [...scopes, criteria.webTestId, criteria.componentId, ...actions.map((one) => one.actionGroupId)])
    if (!scopes.includes(criteria.webTestId) || !scopes.includes(criteria.componentId))
      refuse('The web test and its component must be the scopes of the alert.')
  },
}

const Leaf = z
  .strictObject({
    field: z.string(),
    equals: z.string().optional(),
    containsAny: z.array(z.string()).min(1).optional(),
  })
  .refine(({ equals, containsAny }) => (equals === undefined) !== (containsAny === undefined))
const Activity = z.object({
  scopes: z.array(z.string()).min(1),
  condition: z.object({ allOf: z.array(z.union([Leaf, z.strictObject({ anyOf: z.array(Leaf).min(1) })])).min(1) }),
  actions: z.object({ actionGroups: z.array(z.object({ actionGroupId: z.string() })) }),
})

/**
 * Global alone; of service health, the subscription of the rule and nothing else.
 * https://learn.microsoft.com/azure/templates/microsoft.insights/activitylogalerts and
 * azure/azure-monitor/alerts/resource-manager-alerts-service-health
 */
const activityLogAlert: Kind = {
  check: ({ declared, location }, world) => {
    const alert = Activity.safeParse(declared)
    if (!alert.success) return refuse(`The activity log alert is not valid: ${alert.error.message}`)
    const { scopes, condition, actions } = alert.data
    if (location?.toLowerCase() !== 'global') refuse('Activity log alerts are made in the location Global alone.')
    const category = condition.allOf.find((one) => 'field' in one && one.field === 'category')
    if (!category || !('equals' in category)) return refuse('The condition names no category.')
    const own = `/subscriptions/${world.subscriptionId}`.toLowerCase()
    const isOwn = (scope: string): boolean => scope.toLowerCase() === own || scope.toLowerCase().startsWith(`${own}/`)
    if (!scopes.every(isOwn)) refuse('A scope is of another subscription.')
    if (category.equals === 'ServiceHealth' && scopes.join().toLowerCase() !== own)
      refuse('The scope of a service health alert is its subscription.')
    present(
      world,
      actions.actionGroups.map(({ actionGroupId }) => actionGroupId),
    )
  },
}

/** https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-automate: the name of a workbook is a GUID. */
const workbook: Kind = {
  check: ({ name, declared }) => {
    if (!z.guid().safeParse(name).success) refuse(`The name of a workbook must be a GUID: '${name}'.`)
    const { serializedData } = z.object({ serializedData: z.string() }).parse(declared)
    const document = z.object({ version: z.literal('Notebook/1.0'), items: z.array(z.object({ type: z.number() })) })
    document.parse(JSON.parse(serializedData))
  },
}

const YEAR_MS = 365 * 86_400_000
const Budget = z.object({
  amount: z.number().positive(),
  timeGrain: z.literal('Monthly'),
  timePeriod: z.object({ startDate: z.string().regex(/^\d{4}-\d\d-01/) }),
  notifications: z.record(
    z.string(),
    z.object({
      contactEmails: z.array(z.string()),
      contactGroups: z.array(z.string()).default([]),
      contactRoles: z.array(z.string()).default([]),
    }),
  ),
})

/** https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update: which start dates are taken, who is told. */
const budget: Kind = {
  check: ({ declared }, world, before) => {
    const asked = Budget.safeParse(declared)
    if (!asked.success) return refuse(`The budget is not valid: ${asked.error.message}`)
    const { timePeriod, notifications } = asked.data
    const month = new Date(world.now()).toISOString().slice(0, 7)
    if (!before && timePeriod.startDate.slice(0, 7) < month) refuse('The start date is before the current period.')
    // hashicorp/terraform-provider-azurerm, pull request 12121: at most a year ahead.
    if (Date.parse(timePeriod.startDate) > world.now() + YEAR_MS) refuse('The start date is more than a year ahead.')
    const had = z.object({ timePeriod: z.object({ startDate: z.string() }) }).safeParse(before?.properties).data
    if (had !== undefined && had.timePeriod.startDate !== timePeriod.startDate)
      refuse('Start date of budgets cannot be updated. Please delete and create a new budget.')
    const told = Object.values(notifications)
    if (told.length > 5) refuse('A budget has at most five notifications.')
    if (told.some((one) => one.contactEmails.length + one.contactGroups.length + one.contactRoles.length === 0))
      refuse('A notification needs a contact.')
    present(
      world,
      told.flatMap((one) => one.contactGroups),
    )
  },
}

export const WATCHING: Readonly<Record<string, Kind>> = {
  'Microsoft.Insights/actionGroups': actionGroup,
  'Microsoft.Insights/scheduledQueryRules': scheduledQueryRule,
  'Microsoft.Insights/webtests': webTest,
  'Microsoft.Insights/metricAlerts': metricAlert,
  'Microsoft.Insights/activityLogAlerts': activityLogAlert,
  'Microsoft.Insights/workbooks': workbook,
  'Microsoft.Consumption/budgets': budget,
}
