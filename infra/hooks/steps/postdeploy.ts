import { diagnose, type Finding, type Report } from '../../doctor/diagnose.ts'
import { readClientNames } from '../../doctor/clients/needs.ts'
import type { Wish } from '../../doctor/clients/standing.ts'
import { clientIn, createRenderer } from '../../doctor/render.ts'
import { lookAtNetwork } from '../../doctor/command-line/look-at-network.ts'
import { askConsent } from '../consent/ask-consent.ts'
import { consentAddress } from '../consent/consent-address.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, required, seconds } from '../run/environment.ts'
import { accessToken, signedIn } from '../tools/azure-cli.ts'

const APP_START_S = 180
/** The doctor's own pause between two looks at an app that is not there yet. */
const LOOK_MS = 10_000
const PAUSE_MS = 15_000

/** What a first deployment brings and takes away again by itself: roles, registrations and names that are too new. */
const PASSING = new Set([
  'app-unavailable',
  'storage-or-keys-unavailable',
  'storage-forbidden',
  'storage-unreachable',
  'vault-forbidden',
  'federated-credential-missing',
  'app-missing',
  'entra-unreachable',
  'dataverse-unreachable',
  'check-timed-out',
])
/** What keeps the deployer from looking, but nobody from signing in. */
const NOT_FOR_PEOPLE = new Set(['administrator-role-missing'])

const isFailure = ({ status, code }: Finding): boolean => status === 'failed' && !NOT_FOR_PEOPLE.has(code ?? '')
const mayPass = ({ findings }: Report): boolean => {
  const failures = findings.filter(isFailure)
  return failures.length > 0 && failures.every(({ code }) => PASSING.has(code ?? ''))
}

type Access = { readonly token: string } | { readonly why: string }

/** A token for `/manage`; without one the app is looked at from outside only. */
const managementAccess = async (context: Context): Promise<Access> => {
  try {
    const { principalType } = await signedIn(context)
    const audience =
      principalType === 'User'
        ? { scope: required(context, 'ENTRA_API_SCOPE') }
        : { resource: required(context, 'ENTRA_CLIENT_ID') }
    return { token: await accessToken(context, audience) }
  } catch (error) {
    if (error instanceof Stop) return { why: error.message }
    throw error
  }
}

/** Whom the environment names; a list beside it may admit others. */
const clientsIn = (context: Context): { readonly clients?: Wish } => {
  const text = optional(context, 'CLIENTS')
  return text === undefined ? {} : { clients: { names: readClientNames(text).names, exact: false } }
}

const examine = async (context: Context, access: Access): Promise<Report> => {
  const budget = seconds(context, 'APP_START_WAIT_SECONDS', APP_START_S)
  const until = context.now() + budget
  let said = ''
  for (;;) {
    const left = Math.max(until - context.now(), 0)
    const report = await diagnose(required(context, 'MCP_URL'), {
      fetch: context.fetch,
      pause: context.sleep,
      ...clientsIn(context),
      attempts: 1 + Math.floor(left / LOOK_MS),
      ...('token' in access ? { managementToken: access.token } : {}),
      network: lookAtNetwork(context),
    })
    const pause = Math.min(PAUSE_MS, until - context.now())
    if (!mayPass(report) || pause <= 0) return report
    const codes = report.findings
      .filter(isFailure)
      .map(({ code }) => code)
      .join(', ')
    if (codes !== said) context.say(`  waiting: what was deployed a moment ago may not act yet (${codes})`)
    said = codes
    await context.sleep(pause)
  }
}

const tellAccess = (context: Context, access: Access): void => {
  if ('token' in access) return
  context.say('\nInside the app: skipped: no token for it.')
  context.say(access.why)
  context.say('Then:\n  azd hooks run postdeploy')
}

const tellConsent = async (context: Context): Promise<void> => {
  const consent = await askConsent(context)
  if (consent.state === 'granted') {
    context.say('\nConsent: granted for everyone in the tenant.')
    return
  }
  const known = consent.state === 'missing' ? `not granted yet (${consent.scopes.join(' ')})` : 'not known here'
  context.say(`\nConsent: ${known}. Nobody can sign in before an administrator has accepted at this address:`)
  context.say(`  ${consentAddress(context)}`)
}

/**
 * After each deployment: asks the app what ChatGPT asks first, and the app what only it can know; says what mends what
 * is wrong, and at last the address for ChatGPT.
 */
export const postdeploy = async (context: Context): Promise<void> => {
  const url = required(context, 'MCP_URL')
  context.say(`Asking ${url} what ChatGPT asks first:`)
  const access = await managementAccess(context)
  const report = await examine(context, access)
  const render = createRenderer({ columns: 88, colours: false }, context.say)
  for (const finding of report.findings) render(finding)
  tellAccess(context, access)
  await tellConsent(context)
  const failures = report.findings.filter(isFailure)
  if (failures.length > 0)
    throw new Stop(
      `The app is deployed, but signing in does not work yet: ${failures.map(({ code, found }) => code ?? found).join(', ')}. ` +
        'Do what stands above under "To do", then check again:',
      ['azd hooks run postdeploy'],
    )
  context.say(`\nGive ${clientIn(report.clients ?? [])} this address:\n  ${url}`)
}
