import { distancesFrom, nearestFirst } from './edit-distance.ts'

/** How names of ours begin. */
const OURS =
  /^(ENTRA|DATAVERSE|TABLES|REDIRECT_URI|REGISTRATIONS?|STATIC_CLIENT|CLIENT_ID_METADATA|ALLOWED|BRAND|REFRESH|GRANT|AUDIT|SEALING_KEY|INDEX_KEY|LOCAL_KEY|LOOPBACK)(_|$)/

/** Settings of 0.1.0 that do nothing any more: an update that finds one still in place must start all the same. */
const RETIRED: readonly string[] = ['REGISTRATIONS_PER_DAY']

type Environment = Readonly<Record<string, string | undefined>>

export const retiredNames = (environment: Environment): readonly string[] =>
  RETIRED.filter((name) => (environment[name] ?? '') !== '')

const LONG = 12
/** Case and underscores are what is mistyped first. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** One slip in a short name, two in a long one; more, and names of others such as HTTP_PROXY would be taken for ours. */
function slipsOf(name: string): (meant: string) => boolean {
  const distanceTo = distancesFrom(plain(name))
  return (meant) => {
    const slips = meant.length < LONG ? 1 : 2
    return distanceTo(meant, slips) <= slips
  }
}

export function isSlip(name: string, ours: string): boolean {
  return slipsOf(name)(plain(ours))
}

/** A name of ours with more behind it: HTTP_STREAMS_ENABLED. */
const isLonger = (name: string, ours: string): boolean => name.toUpperCase().startsWith(`${ours}_`)

export type UnknownName = { readonly name: string; readonly meant: string | undefined }

/** Names that were meant for settings of ours and are none: such a setting would stay at its default in silence. */
export function unknownNames(environment: Environment, settings: readonly string[]): UnknownName[] {
  const ours = settings.map((name) => ({ name, plain: plain(name) }))
  return Object.keys(environment).flatMap((name) => {
    if (settings.includes(name) || RETIRED.includes(name)) return []
    const isSlipOf = slipsOf(name)
    const close = ours.filter((one) => isSlipOf(one.plain) || isLonger(name, one.name)).map((one) => one.name)
    if (close.length === 0 && !OURS.test(name)) return []
    return [{ name, meant: nearestFirst(name.toUpperCase(), close)[0] }]
  })
}
