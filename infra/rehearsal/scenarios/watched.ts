import { z } from 'zod'
import type { World } from '../world/world.ts'
import { prepare } from './first-run.ts'
import { expectRun, must, type Scenario, type Story } from './scenario.ts'

/** Everything of the runbook's table that decides who is told of what. */
const WATCHING = {
  ALERT_EMAIL: 'ops@contoso.com,crm@contoso.com',
  ALERT_WEBHOOK: 'https://contoso.example/hook',
  AVAILABILITY_TEST: 'false',
  BUDGET_AMOUNT: '120',
  LOG_DAILY_CAP_IN_GB: '3',
  AUDIT_RETENTION_IN_DAYS: '120',
  AUDIT_TOTAL_RETENTION_IN_DAYS: '730',
} as const

const DAY_MS = 86_400_000

/** The first of this month, and of the one after. */
function months(): readonly [string, string] {
  const first = `${new Date().toISOString().slice(0, 7)}-01`
  return [first, `${new Date(Date.parse(first) + 32 * DAY_MS).toISOString().slice(0, 7)}-01`]
}

const ActionGroup = z.object({
  emailReceivers: z.array(z.object({ emailAddress: z.string() })),
  webhookReceivers: z.array(z.object({ serviceUri: z.string() })),
})
const Told = z.object({ actions: z.object({ actionGroups: z.array(z.unknown()).length(1) }) })

function mustTell(world: World, startDate: string): void {
  const { arm } = world.azure
  const only = (type: string) => arm.byType(type)[0]?.declared
  const group = ActionGroup.parse(only('Microsoft.Insights/actionGroups'))
  const addresses = group.emailReceivers.map(({ emailAddress }) => emailAddress).join()
  must(addresses === WATCHING.ALERT_EMAIL, `alerts go to: ${addresses}`)
  must(group.webhookReceivers[0]?.serviceUri === WATCHING.ALERT_WEBHOOK, 'the webhook is told of no alert')
  const budget = z
    .object({ amount: z.number(), timePeriod: z.object({ startDate: z.string() }) })
    .parse(only('Microsoft.Consumption/budgets'))
  must(budget.amount === 120 && budget.timePeriod.startDate === startDate, 'the budget is not the one asked for')
  const rules = ['scheduledQueryRules', 'activityLogAlerts'].map((type) => arm.byType(`Microsoft.Insights/${type}`))
  for (const rule of rules.flat()) must(Told.safeParse(rule.declared).success, `${rule.name} tells nobody`)
  must(
    rules.every((some) => some.length > 0),
    'alerts of the logs, or of the activity log, are missing',
  )
  must(
    arm.byType('Microsoft.Insights/webtests').length === 0,
    'the app is called from outside, against AVAILABILITY_TEST',
  )
  world.transcript.write(
    `  (${rules.flat().length} rules tell two addresses and a webhook; 120 a month are the budget)\n`,
  )
}

const watched: Scenario = {
  name: 'watched',
  title:
    'addresses, a webhook and a budget from the first deployment on; another month for the budget is refused by Azure',
  run: async (world) => {
    const [start, next] = months()
    await prepare(world)
    for (const [name, value] of Object.entries({ ...WATCHING, BUDGET_START: start }))
      await expectRun(world, `azd env set ${name} ${value}`)
    await expectRun(world, 'azd up', { says: ['Nobody can sign in before an administrator has accepted'] })
    mustTell(world, start)
    await expectRun(world, `azd env set BUDGET_START ${next}`)
    await expectRun(world, 'azd provision platform', { code: 1, says: [/Start date of budgets cannot be updated/] })
    await expectRun(world, `azd env set BUDGET_START ${start}`)
    await expectRun(world, 'azd provision platform')
    mustTell(world, start)
  },
}

export const whoIsTold: Story = { name: 'who-is-told', world: {}, scenarios: [watched] }
