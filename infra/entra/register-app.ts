import { ownRoles, uniqueNameOf } from './register/description.ts'
import { connectGraph, type Fetch, type Graph } from './register/graph/client.ts'
import { explain, GraphError, UNDERTAKINGS, type Undertaking } from './register/graph/errors.ts'
import { signIn, type Account } from './register/graph/sign-in.ts'
import { readOptions, USAGE, type Options } from './register/options.ts'
import type { Application, Wanted } from './register/parts.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { nextSteps, startReport, type Report } from './register/report.ts'
import { findApplication, makeApplication, refuseForeign, repairApplication } from './register/steps/application.ts'
import { assignRole } from './register/steps/assignments.ts'
import { repairConsent, reportApplicationPermissions } from './register/steps/consent.ts'
import {
  listFederatedCredentials,
  repairFederatedCredential,
  reportForeignCredentials,
} from './register/steps/credentials.ts'
import { reportOwners } from './register/steps/owners.ts'
import { findResources, requiredAccess, type Resource } from './register/steps/resources.ts'
import { repairServicePrincipal } from './register/steps/service-principal.ts'

export type World = {
  readonly fetch: Fetch
  readonly pause: (milliseconds: number) => Promise<void>
  readonly print: (line: string) => void
  readonly account: Account
}
export type Registered = { readonly clientId: string | undefined; readonly attentions: readonly string[] }
type Run = { readonly graph: Graph; readonly options: Options; readonly account: Account; readonly report: Report }

/** Turns Graph's refusal of one step into a sentence that says what was tried and which role it takes. */
const undertake = async <T>(undertaking: Undertaking, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GraphError) throw new Stop(explain(error, undertaking))
    throw error
  }
}

/** The application as it was found or first made, and whether it is new. */
type Made = { readonly application: Application; readonly fresh: boolean }
const EMPTY = { id: '', appId: '(known once it is made)', uniqueName: '' }

/** Finds or makes the application and repairs all that is part of it. */
const completeApplication = async ({ graph, options, account, report }: Run, wanted: Wanted) => {
  const { principalId, baseUrl, adopt, dryRun } = options
  const trusted = { issuer: `${account.authorityHost}/${account.tenantId}/v2.0`, subject: principalId }
  const found = await findApplication(graph, wanted.uniqueName)
  const present = found === undefined ? [] : await listFederatedCredentials(graph, found)
  if (found !== undefined && !adopt)
    refuseForeign(found, { baseUrl, principalId, subjects: present.map(({ subject }) => subject) })
  const fresh = found === undefined
  const application: Application =
    found ?? (dryRun ? { ...EMPTY, uniqueName: wanted.uniqueName } : await makeApplication(graph, wanted))
  if (fresh) report.made('application', application.appId)
  else report.fine('application', `client id ${application.appId}`)
  await repairApplication(graph, wanted, { found: application, fresh, dryRun }, report)
  await repairFederatedCredential(graph, trusted, present, { applicationId: application.id, fresh, dryRun }, report)
  reportForeignCredentials(application, present, trusted, report)
  if (!fresh) await reportOwners(graph, { applicationId: application.id, me: account.objectId }, report)
  return { application, fresh }
}

const completeAssignments = async (
  { graph, options, report }: Run,
  { application, fresh }: Made,
  principalId?: string,
) => {
  const { dryRun } = options
  const present = application.appRoles ?? []
  const whom = new Map([
    ['User', options.assign],
    ['Administrator', options.administrators],
  ])
  for (const role of ownRoles(application.uniqueName, present)) {
    const isNew = fresh || !present.some(({ id }) => id === role.id)
    const wish = { principalId, role, whom: whom.get(role.value) ?? [], fresh: isNew, dryRun }
    await assignRole(graph, wish, report)
  }
}

const completeTenant = async (run: Run, resources: readonly Resource[], made: Made) => {
  const { graph, options, report } = run
  const { dryRun, grantConsent } = options
  const { application, fresh } = made
  const wish = { assignmentRequired: !options.everyone, fresh, dryRun }
  const principal = await undertake(UNDERTAKINGS.servicePrincipal, async () =>
    fresh && dryRun ? undefined : await repairServicePrincipal(graph, application.appId, wish, report),
  )
  const unconsented = await undertake(UNDERTAKINGS.consent, () =>
    repairConsent(graph, resources, { principalId: principal?.id, grantConsent, dryRun }, report),
  )
  if (principal !== undefined)
    await undertake(UNDERTAKINGS.read, () => reportApplicationPermissions(graph, principal.id, report))
  await undertake(UNDERTAKINGS.assign, () => completeAssignments(run, made, principal?.id))
  return unconsented
}

/**
 * Makes, completes or repairs the registration that registration.json describes: what the template of layer `entra` makes,
 * for an administrator of the tenant. Prints what it did; throws a Stop that says what is missing.
 */
export const registerApp = async (options: Options, world: World): Promise<Registered> => {
  const { print, account } = world
  const graph = connectGraph({ ...world, graphUrl: account.graphUrl, token: account.token })
  const report = startReport(print, options.dryRun)
  const uniqueName = uniqueNameOf(options.environment, options.subscriptionId)
  print(
    `App registration ${uniqueName} in tenant ${account.tenantId}${options.dryRun ? ' (dry run: nothing is changed)' : ''}`,
  )
  const run = { graph, options, account, report }
  const resources = await undertake(UNDERTAKINGS.read, () => findResources(graph))
  const wanted = {
    uniqueName,
    environment: options.environment,
    baseUrl: options.baseUrl,
    permissions: requiredAccess(resources),
  }
  const made = await undertake(UNDERTAKINGS.application, () => completeApplication(run, wanted))
  const unconsented = await completeTenant(run, resources, made)
  const clientId = made.application.id === '' ? undefined : made.application.appId
  if (clientId !== undefined && !options.dryRun) nextSteps({ account, clientId, unconsented, options }).forEach(print)
  return { clientId, attentions: report.attentions }
}

/** The command line. @throws Stop for what a person has to mend or to decide; the exit code is then 1 */
export const registerAppStep = async (context: Context): Promise<void> => {
  const options = readOptions(context.args)
  if (options === undefined) {
    context.say(USAGE)
    return
  }
  const account = await signIn(context, options.tenantId)
  const { fetch, sleep: pause, say: print } = context
  const { attentions } = await registerApp(options, { fetch, pause, print, account })
  if (attentions.length > 0)
    throw new Stop(['Please look at this; all else is done:', ...attentions.map((text) => `! ${text}`)].join('\n'))
}
