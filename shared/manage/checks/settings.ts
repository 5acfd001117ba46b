import type { Config } from '../../config/config.ts'
import type { RuleWatch } from '../../dataverse/hiding/hiders.ts'
import { writesSay, writesVerdicts } from './writes.ts'
import { type Check, failed, ok, type Verdict, warning } from '../finding.ts'

/**
 * Settings that are valid, or nothing would answer at all, and yet not as they should stay.
 * @param hides what this instance has seen of what models do not get; absent where they get everything
 */
export const settingsCheck = (config: Config, hides?: Pick<RuleWatch, 'unmatched'>): Check => ({
  name: 'settings',
  run: () => {
    const found = [loopback(config), apiScope(config), telemetry(config), retired(config), unmatched(hides)]
    const verdicts = [...found.filter((one) => one !== undefined), ...writesVerdicts(config)]
    const said = `${comparedSay(hides)}${writesSay(config)}`
    return Promise.resolve(
      verdicts.length > 0 ? verdicts : [ok(`All settings are valid, and none is left open.${said}`)],
    )
  },
})

const CLOSE = 'Run: azd env set LOOPBACK_REDIRECTS false, then azd provision platform.'

function loopback({ development, clients: { loopbackSetting: allowed } }: Config): Verdict | undefined {
  if (development || allowed === false) return undefined
  if (allowed === true)
    return warning({
      code: 'loopback-open',
      found: 'LOOPBACK_REDIRECTS is true.',
      means: 'Any program on a person’s machine may ask that person to sign in, and then read Dynamics 365 as they do.',
      fix: `${CLOSE} For the doctor alone: azd env set LOOPBACK_REDIRECTS /doctor/callback.`,
    })
  return warning({
    code: 'loopback-path-open',
    found: `LOOPBACK_REDIRECTS admits ${allowed.join(' and ')}.`,
    means: 'Programs on a person’s machine may ask that person to sign in there. It is meant for the time of a check.',
    fix: `When you have done: ${CLOSE}`,
  })
}

/** The token that is exchanged for Dataverse must be this app's own. */
function apiScope({ entra: { apiScope: scope, clientId } }: Config): Verdict | undefined {
  const named = /^(?:api:\/\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//i.exec(scope)?.[1]
  if (named === undefined || named.toLowerCase() === clientId) return undefined
  return failed({
    code: 'scope-of-another-app',
    found: 'ENTRA_API_SCOPE names another application than ENTRA_CLIENT_ID.',
    means:
      'Entra gives a token for that other application, which cannot be exchanged for Dynamics 365. Nobody can sign in.',
    fix: 'Run: azd provision entra --no-state, then azd provision platform. The first names the scope of the app anew.',
  })
}

function telemetry({ development, applicationInsights }: Config): Verdict | undefined {
  if (development || applicationInsights !== undefined) return undefined
  return warning({
    code: 'telemetry-off',
    found: 'APPLICATIONINSIGHTS_CONNECTION_STRING is not set.',
    means: 'Traces and timings are sent nowhere; when something fails there is little to look at.',
    fix: 'Run: azd provision platform --no-state.',
  })
}

/** Names alone, of a list of ours. */
function retired({ retired: names }: Config): Verdict | undefined {
  if (names.length === 0) return undefined
  return warning({
    code: 'setting-retired',
    found: `${names.join(' and ')} is set.`,
    means: 'This version has no such setting any more: its value does nothing.',
    fix: 'Run: azd provision platform --no-state. It leaves out what is no setting.',
  })
}

/** Only a question tells what tables and columns there are: the app itself has no right to ask Dynamics 365. */
function comparedSay(hides: Pick<RuleWatch, 'unmatched'> | undefined): string {
  if (hides === undefined) return ''
  return hides.unmatched() === undefined
    ? ' What MODEL_HIDES names is compared with the environment at the first question: ask one, and run this again.'
    : ' All that MODEL_HIDES names is there.'
}

/** Entries are names of tables and columns, checked when the app started. */
function unmatched(hides: Pick<RuleWatch, 'unmatched'> | undefined): Verdict | undefined {
  const names = hides?.unmatched() ?? []
  if (names.length === 0) return undefined
  return warning({
    code: 'hides-unmatched',
    found: `MODEL_HIDES names what this environment does not have: ${names.join(', ').slice(0, 500)}.`,
    means: 'These entries hide nothing. Where one is misspelt, models get what it was meant for.',
    fix: 'Write the logical names, as get_entity_metadata or Power Apps, Tables shows them. Run: azd env set MODEL_HIDES "<entries>", then azd provision platform.',
  })
}
