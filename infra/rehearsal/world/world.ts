import type { GraphClient } from '../../../test/sandbox/azure/arm/deployment/graph-resources.ts'
import { type Az, startAz } from '../../../test/sandbox/azure/az/start-az.ts'
import type { DeployedApp } from '../../../test/sandbox/azure/start-deployed-app.ts'
import { TENANT_ID } from '../../../test/sandbox/people.ts'
import { createAzd } from '../azd/azd.ts'
import type { Ran, Transcript } from '../azd/context.ts'
import { type Azure, startAzure, SUBSCRIPTION_ID } from './azure.ts'
import { acceptConsent, consentAddress } from './consent.ts'
import { SHORT_WAITS, typeLine } from './desk.ts'
import { createHosting } from './hosting.ts'
import { OWN_DOMAIN, ownDomain } from './own-domain.ts'
import { copyProject, type ProjectCopy } from './project-copy.ts'
import { ADMINISTRATOR, addPipeline, CONSULTANT, createTenant, type Pipeline, type TenantOptions } from './tenant.ts'

/** The azd environment of all scenarios. */
export const ENVIRONMENT = 'contoso-prod'

export type WorldOptions = TenantOptions & {
  readonly transcript: Transcript
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
  readonly env: () => Promise<Readonly<Record<string, string>>>
  readonly app: () => DeployedApp | undefined
  readonly close: () => Promise<void>
}

type Desk = { signedIn: { upn: string } | { servicePrincipal: string }; pipeline: Pipeline | undefined }

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
    consent: (appId) => acceptConsent(azure, consentAddress(appId), 'upn' in desk.signedIn ? desk.signedIn.upn : ''),
  })
}

const rightsOf = (objectId: string, role: WorldOptions['azureRole'] = 'owner') =>
  role === 'none' ? [] : [{ principalId: objectId, role }]

/** An empty subscription, a tenant, and a desk with the project on it. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { transcript } = options
  const directory = createTenant(options)
  const pipeline = options.pipeline === true ? addPipeline(directory, Date.now()) : undefined
  const objectId = pipeline?.objectId ?? CONSULTANT.oid
  const azure = await startAzure({
    directory,
    rights: rightsOf(objectId, options.azureRole),
    ...(options.providers ? { providers: options.providers } : {}),
  })
  const consultant = pipeline ? { servicePrincipal: pipeline.appId } : { upn: CONSULTANT.upn }
  const desk: Desk = { signedIn: consultant, pipeline }
  const az = await startAzFor(azure, desk)
  const project = copyProject()
  const hosting = createHosting(azure, transcript)
  azure.front.route(OWN_DOMAIN, ownDomain(azure.arm, azure.dns, hosting.app))
  const typed: string[] = []
  const azdOptions = {
    projectDir: project.dir,
    now: Date.now,
    env: SHORT_WAITS,
    principal: {
      objectId,
      name: pipeline?.appId ?? CONSULTANT.upn,
      type: pipeline ? ('ServicePrincipal' as const) : ('User' as const),
    },
    cloud: {
      arm: azure.arm,
      graph: graphAs(azure, desk),
      path: [az.folder],
      deployZip: hosting.deployZip,
      environment: () => ({ ...azure.front.environment, REHEARSAL_AZ: az.environment.REHEARSAL_AZ }),
    },
  }
  const azd = createAzd({ ...azdOptions, transcript })
  const silent = createAzd({ ...azdOptions, transcript: { write: () => undefined } })
  return {
    azure,
    project,
    transcript,
    app: hosting.app,
    typed,
    type: (line) => {
      typed.push(line)
      return typeLine(line, { azd, azure, az, project, transcript })
    },
    as: (who) => void (desk.signedIn = who === 'administrator' ? { upn: ADMINISTRATOR.upn } : consultant),
    env: async () => {
      const { output } = await silent.run(['env', 'get-values', '--output', 'json'])
      return JSON.parse(output) as Record<string, string>
    },
    close: async () => {
      await hosting.stop()
      await Promise.all([azure.close(), az.close()])
      project.remove()
    },
  }
}
