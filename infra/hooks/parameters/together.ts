import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional } from '../run/environment.ts'
import { harmless } from '../run/harmless.ts'
import { readBoolean } from './kinds.ts'

/** What is wrong, and the commands that mend it. */
type Contradiction = { readonly what: string; readonly next: readonly string[] }
type Environment = Pick<Context, 'env'>

const whoMadeTheApp = (context: Environment): Contradiction | undefined => {
  if (optional(context, 'ENTRA_APP_MODE') !== 'existing') return undefined
  if (optional(context, 'ENTRA_EXISTING_CLIENT_ID') !== undefined) return undefined
  return {
    what: 'ENTRA_APP_MODE is existing, so the app registration that the administrator made must be named by its client id:',
    next: ['azd env set ENTRA_EXISTING_CLIENT_ID <client id that the script printed>'],
  }
}

/** The host of CUSTOM_BASE_URL, which is looked at before. */
const wantedHost = (context: Environment): string | undefined => {
  const url = optional(context, 'CUSTOM_BASE_URL')
  return url === undefined ? undefined : new URL(url).host
}

/** The template would ask for the certificate of a host that is not bound, and fail after Entra has the new address. */
const whichHostIsBound = (context: Environment): Contradiction | undefined => {
  const bound = optional(context, 'CUSTOM_DOMAIN')
  if (bound === undefined) return undefined
  if (optional(context, 'FUNCTION_APP_NAME') === undefined)
    return {
      what: `CUSTOM_DOMAIN is ${quoted(bound)}, but no app is known here that it could be bound to: the environment is new, or its folder was lost. After azd up type npm run domain -- bind, which remembers the host. Until then:`,
      next: ['azd env set CUSTOM_DOMAIN='],
    }
  const wanted = wantedHost(context)
  if (wanted === bound) return undefined
  if (wanted === undefined)
    return {
      what: `CUSTOM_DOMAIN is ${quoted(bound)}, which is bound, and CUSTOM_BASE_URL is empty (to keep it: https://${harmless(bound, '<host of your domain>')}). To go back to the name of the platform:`,
      next: ['azd env set CUSTOM_DOMAIN='],
    }
  return {
    what: `CUSTOM_BASE_URL names the host ${quoted(wanted)}, and what is bound is ${quoted(bound)} (CUSTOM_DOMAIN). Bind the new one first:`,
    next: ['npm run domain -- bind'],
  }
}

/**
 * Azure itself keeps two instances of each group warm where a plan is zone redundant, and bills them, whatever is set; and
 * an app whose own storage is in one data centre goes with it.
 * @see https://learn.microsoft.com/azure/reliability/reliability-functions
 */
const whatZonesNeed = (context: Environment): Contradiction | undefined => {
  if (readBoolean(optional(context, 'ZONE_REDUNDANT')) !== true) return undefined
  const storage = optional(context, 'STORAGE_SKU') === 'Standard_ZRS'
  const ready = Number(optional(context, 'ALWAYS_READY_INSTANCES') ?? 0) >= 2
  if (storage && ready) return undefined
  return {
    what: 'ZONE_REDUNDANT is true: tables and package must be in several data centres too, and two instances are kept warm, and billed (infra/costs.md#zone-redundancy):',
    next: [
      ...(storage ? [] : ['azd env set STORAGE_SKU Standard_ZRS']),
      ...(ready ? [] : ['azd env set ALWAYS_READY_INSTANCES 2']),
    ],
  }
}

/** Without its month a budget would not be made, and nobody would be told. */
const fromWhenOn = (context: Environment): Contradiction | undefined => {
  if (Number(optional(context, 'BUDGET_AMOUNT') ?? 0) === 0 || optional(context, 'BUDGET_START') !== undefined)
    return undefined
  return {
    what: 'BUDGET_AMOUNT is set, and a budget needs the month from which on it counts, once and for good:',
    next: ['azd env set BUDGET_START <first of this month, like 2026-12-01>'],
  }
}

/**
 * Nobody reaches the app by its own name then; a certificate of the app's could not be renewed, as the CNAME leads to the
 * front door; and the address that callers are counted by is the front door's, unless both hops are.
 */
const whatIsInFront = (context: Environment): Contradiction | undefined => {
  if (optional(context, 'FRONT_DOOR_ID') === undefined) return undefined
  const next = [
    ...(wantedHost(context) === undefined ? ['azd env set CUSTOM_BASE_URL https://<host of the front door>'] : []),
    ...(Number(optional(context, 'TRUSTED_HOPS') ?? 1) >= 2 ? [] : ['azd env set TRUSTED_HOPS 2']),
    ...(optional(context, 'CUSTOM_DOMAIN') === undefined ? [] : ['azd env set CUSTOM_DOMAIN=']),
  ]
  if (next.length === 0) return undefined
  return {
    what: 'FRONT_DOOR_ID is set, so everybody comes through the front door (infra/custom-domain.md#front-doors):',
    next,
  }
}

const RULES = [whoMadeTheApp, whichHostIsBound, whatIsInFront, whatZonesNeed, fromWhenOn]

/**
 * Looks at what only several values say together, each of them of its kind.
 * @throws Stop naming every contradiction and what mends it
 */
export const checkTogether = (context: Environment): void => {
  const found = RULES.flatMap((rule) => rule(context) ?? [])
  if (found.length === 0) return
  throw new Stop(
    found.map(({ what }) => what).join('\n'),
    found.flatMap(({ next }) => next),
  )
}
