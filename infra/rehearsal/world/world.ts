import type { GraphClient } from '../../../test/sandbox/azure/arm/deployment/graph-resources.ts'
import { type Az, startAz } from '../../../test/sandbox/azure/az/start-az.ts'
import type { DeployedApp } from '../../../test/sandbox/azure/start-deployed-app.ts'
import { TENANT_ID } from '../../../test/sandbox/people.ts'
import { type Azd, createAzd } from '../azd/azd.ts'
import { AZD } from '../azd/bin/answer.ts'
import type { Ran, Transcript } from '../azd/context.ts'
import { type Azure, startAzure, SUBSCRIPTION_ID } from './azure.ts'
import { acceptConsent, consentAddress } from './consent.ts'
import { SHORT_WAITS, typeLine } from './desk.ts'
import { createHosting } from './hosting.ts'
import { OWN_DOMAIN, ownDomain } from './own-domain.ts'
import type { ProjectCopy } from './project-copy.ts'
import { GitHub } from './github.ts'
import { ADMINISTRATOR, CONSULTANT, createTenant, type TenantOptions } from './tenant.ts'

/** The azd environment of all scenarios. */
export const ENVIRONMENT = 'contoso-prod'

export type WorldOptions = TenantOptions & {
  readonly transcript: Transcript
  /** The clone at the desk; whatever was done in it before is gone. */
  readonly project: ProjectCopy
  /** Owner of the subscription unless given; `none` has no right at all. */
  readonly azureRole?: 'owner' | 'contributor' | 'none'
  readonly providers?: readonly string[]
}

/** The consultant's desk: a clone of the project, the tools, and the client's cloud behind them. */
export type World = {
  readonly azure: Azure
  readonly project: ProjectCopy
  readonly transcript: Transcript
  /** One command line of the runbook: `azd …`, `npm run …`, `az …`, `node …`. It is shown as it is typed. */
  readonly type: (commandLine: string) => Promise<Ran>
  /** Every line typed so far. */
  readonly typed: readonly string[]
  /** The same as somebody else, e.g. the client's administrator, on a computer of their own. */
  readonly as: (who: 'consultant' | 'administrator') => void
  /** The same in a job of a pipeline, which az and azd know by its client id. */
  readonly asPipeline: (clientId: string) => void
  /** Variables of the job, which its programs see. */
  readonly jobEnvironment: (values: Readonly<Record<string, string>>) => void
  /** Where the project lies, and its pipeline runs. */
  readonly github: GitHub
  readonly env: () => Promise<Readonly<Record<string, string>>>
  readonly app: () => DeployedApp | undefined
  readonly close: () => Promise<void>
}

type Desk = { signedIn: { upn: string } | { servicePrincipal: string } }

const graphAs =
  (azure: Azure, desk: Desk): GraphClient =>
  async (method, path, body, headers = {}) => {
    const { accessToken } = await azure.entra.mintCliToken({
      signedIn: desk.signedIn,
      resource: 'https://graph.microsoft.com',
    })
    const reply = await azure.graph.call({
      method,
      url: `/v1.0${path}`,
      body: body === undefined ? '' : JSON.stringify(body),
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers },
    })
    const text = reply.body
    const parsed: unknown = typeof text === 'string' ? (text === '' ? {} : JSON.parse(text)) : (text ?? {})
    return { status: reply.status, body: parsed as Awaited<ReturnType<GraphClient>>['body'] }
  }

async function startAzFor(azure: Azure, desk: Desk): Promise<Az> {
  return startAz({
    account: () => ({
      tenantId: TENANT_ID,
      subscriptionId: SUBSCRIPTION_ID,
      subscriptionName: 'Harbour & Pine',
      user:
        'upn' in desk.signedIn
          ? { type: 'user', name: desk.signedIn.upn }
          : { type: 'servicePrincipal', name: desk.signedIn.servicePrincipal },
    }),
    token: ({ tenant, ...ask }) =>
      azure.entra.mintCliToken({
        ...ask,
        signedIn: desk.signedIn,
        ...(tenant === undefined ? {} : { tenantId: tenant }),
      }),
    consent: (appId) => acceptConsent(consentAddress(appId), 'upn' in desk.signedIn ? desk.signedIn.upn : ''),
    goesTheSameWay: true,
    beside: [AZD],
  })
}

const rightsOf = (objectId: string, role: WorldOptions['azureRole'] = 'owner') =>
  role === 'none' ? [] : [{ principalId: objectId, role }]

/** An empty subscription, a tenant, and a desk with the project on it. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { transcript, project } = options
  project.renew()
  const directory = createTenant(options)
  const azure = await startAzure({
    directory,
    rights: rightsOf(CONSULTANT.oid, options.azureRole),
    ...(options.providers ? { providers: options.providers } : {}),
  })
  // A browser, and ChatGPT, are this very process.
  const leave = azure.front.enter()
  const consultant = { upn: CONSULTANT.upn }
  const desk: Desk = { signedIn: consultant }
  const az = await startAzFor(azure, desk)
  const hosting = createHosting(azure, transcript)
  azure.front.route(OWN_DOMAIN, ownDomain(azure.arm, azure.dns, hosting.app))
  const typed: string[] = []
  const azdOptions = {
    projectDir: project.dir,
    now: Date.now,
    env: SHORT_WAITS,
    principal: { objectId: CONSULTANT.oid, name: CONSULTANT.upn, type: 'User' as const },
    cloud: {
      arm: azure.arm,
      graph: graphAs(azure, desk),
      path: [az.folder],
      deployZip: hosting.deployZip,
      environment: () => ({ ...azure.front.environment, REHEARSAL_AZ: az.environment.REHEARSAL_AZ }),
    },
  }
  const github = new GitHub(project.dir)
  const person = createAzd({ ...azdOptions, transcript })
  let azd: Azd = person
  let job: Readonly<Record<string, string>> = {}
  const silent = createAzd({ ...azdOptions, transcript: { write: () => undefined } })
  return {
    azure,
    project,
    transcript,
    app: hosting.app,
    typed,
    type: (line) => {
      typed.push(line)
      return typeLine(line, { azd, azure, az, project, transcript, github, job })
    },
    github,
    as: (who) => {
      desk.signedIn = who === 'administrator' ? { upn: ADMINISTRATOR.upn } : consultant
      azd = person
    },
    jobEnvironment: (values) => void (job = values),
    asPipeline: (clientId) => {
      const own = [...directory.servicePrincipals.values()].find(({ appId }) => appId === clientId)
      desk.signedIn = { servicePrincipal: clientId }
      const principal = { objectId: own?.id ?? '', name: clientId, type: 'ServicePrincipal' as const }
      azd = createAzd({ ...azdOptions, principal, transcript })
    },
    env: async () => {
      const { output } = await silent.run(['env', 'get-values', '--output', 'json'])
      return JSON.parse(output) as Record<string, string>
    },
    close: async () => {
      leave()
      await hosting.stop()
      await Promise.all([azure.close(), az.close()])
    },
  }
}
