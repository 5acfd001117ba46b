import { type Answered, NoAnswer } from '../ask.ts'
import { type Check, failed, ok, type Verdict, warning } from '../finding.ts'

export type DataverseDeps = {
  readonly dataverseUrl: string
  readonly tenantId: string
  /** The Web API, asked without a token. */
  readonly ask: () => Promise<Answered>
}

const NOBODY = 'Nobody can sign in, and no question is answered.'
const COMPARE =
  'Compare “azd env get-value DATAVERSE_URL” with the Environment URL in the Power Platform admin centre, Environments; then: azd env set DATAVERSE_URL <address>, and azd provision platform.'

/**
 * Whether there is a Dataverse at the address, and whose: without a token its Web API answers 401 and names where to
 * sign in, with the tenant. @see https://learn.microsoft.com/power-apps/developer/data-platform/authenticate-oauth
 */
export const dataverseCheck = (deps: DataverseDeps): Check => ({
  name: 'dataverse',
  run: async () => {
    try {
      return [verdictOn(deps, await deps.ask())]
    } catch (error) {
      if (error instanceof NoAnswer) return [unreachable(deps, error)]
      throw error
    }
  },
})

function verdictOn({ dataverseUrl, tenantId }: DataverseDeps, { status, challenge }: Answered): Verdict {
  const { host } = new URL(dataverseUrl)
  if (status === 429 || status >= 500) return unavailable(host, status)
  if (status !== 401 || !/^bearer\b/i.test(challenge ?? ''))
    return failed({
      code: 'not-dataverse',
      found: `${host} answers ${status}, not as a Dynamics 365 environment does (401).`,
      means: `DATAVERSE_URL is not the address of an environment, or the environment is disabled. ${NOBODY}`,
      fix: COMPARE,
    })
  const tenant = tenantIn(challenge ?? '')
  if (tenant === tenantId) return ok(`${host} is reachable, and an environment of this tenant.`)
  return tenant === undefined ? unsaid(host) : otherTenant(host, tenant, tenantId)
}

/** `authorization_uri=https://login.microsoftonline.com/<tenant>/oauth2/authorize`, in quotes or without. */
function tenantIn(challenge: string): string | undefined {
  const found = /authorization_uri="?https?:\/\/[^/\s",]{1,255}\/([0-9a-f-]{36})[/\s",]/i.exec(
    challenge.slice(0, 2_000),
  )
  return found?.[1]?.toLowerCase()
}

const otherTenant = (host: string, tenant: string, own: string): Verdict =>
  failed({
    code: 'dataverse-other-tenant',
    found: `${host} is an environment of tenant ${tenant}; this app is of ${own}.`,
    means: `An environment can be read only by people of its own tenant. ${NOBODY}`,
    fix: `Deploy in the environment’s own tenant (az login --tenant ${tenant}), or name an environment of this one. ${COMPARE}`,
  })

const unsaid = (host: string): Verdict =>
  warning({
    code: 'dataverse-tenant-unsaid',
    found: `${host} is reachable, and does not say of which tenant it is.`,
    means: 'Most likely all is well: the check entra-credential asks Entra for the same environment.',
    fix: 'Nothing, if entra-credential is ok and a first person can sign in.',
  })

const unavailable = (host: string, status: number): Verdict =>
  failed({
    code: 'dataverse-unavailable',
    found: `${host} answers ${status}.`,
    means: 'Dynamics 365 is throttling or not available; questions fail until it is back, and nobody is signed out.',
    fix: 'Wait and run the check again; see Service health in the Microsoft 365 admin centre.',
  })

const unreachable = ({ dataverseUrl }: DataverseDeps, { said }: NoAnswer): Verdict =>
  failed({
    code: 'dataverse-unreachable',
    found: `${new URL(dataverseUrl).host} does not answer (${said}).`,
    means: `The name is misspelt, or the app’s network does not let it out. ${NOBODY}`,
    fix: COMPARE,
  })
