import { openSite, type Binding, type Site, SiteRefused } from '../domain/site.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional } from '../run/environment.ts'
import { setValue, withAzdValues } from '../tools/azd.ts'
import { signedIn } from '../tools/azure-cli.ts'

/** A host below a domain: a certificate of Azure's needs a CNAME, and a domain itself can have none (RFC 1034, 3.6.2). */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,8}[a-z]{2,63}$/
const PLATFORM = /\.azurewebsites\.net$/
const DOCUMENT = 'infra/custom-domain.md'

const hostOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).host : undefined

/** @throws Stop for what Azure binds to no app */
const wantedHost = (context: Context): string => {
  const host = hostOf(optional(context, 'CUSTOM_BASE_URL'))
  if (host === undefined)
    throw new Stop('CUSTOM_BASE_URL does not say which address the app shall have:', [
      'azd env set CUSTOM_BASE_URL https://<host of your domain>',
    ])
  if (HOST.test(host) && !PLATFORM.test(host)) return host
  throw new Stop(`${host} cannot be bound: it must be a host below a domain of yours, like crm-mcp.contoso.com:`, [
    'azd env set CUSTOM_BASE_URL https://<host of your domain>',
  ])
}

const records = (site: Site, host: string): string[] => [
  'Records, made by whoever keeps the names of your domain:',
  `  CNAME  ${host}  ${site.defaultHost}`,
  `  TXT    asuid.${host}  ${site.verificationId}`,
]

const stateOf = (binding: Binding | undefined): string => {
  if (binding === undefined) return 'not bound to the app'
  return binding.tls ? 'bound, with its certificate' : 'bound, without a certificate'
}

const CERTIFIES = 'azd provision platform --no-state'
const MOVES = `which ends every connection (${DOCUMENT}#moving-people):\n  azd up`

const nextOf = (context: Context, host: string, binding: Binding | undefined): string => {
  if (binding === undefined || optional(context, 'CUSTOM_DOMAIN') !== host)
    return 'Next, when the records are there:\n  npm run domain -- bind'
  if (!binding.tls) return `Next its certificate, which takes some minutes:\n  ${CERTIFIES}`
  if (hostOf(optional(context, 'PUBLIC_BASE_URL')) === host)
    return 'It is the address of the app. Nothing is left to do.'
  return `Next the address, ${MOVES}`
}

const show = async (context: Context): Promise<void> => {
  const host = wantedHost(context)
  const site = await openSite(context)
  for (const line of records(site, host)) context.say(line)
  const binding = await site.binding(host)
  context.say(`${host}: ${stateOf(binding)}.`)
  context.say(nextOf(context, host, binding))
}

const refusedAs = (error: unknown, site: Site, host: string): unknown => {
  if (!(error instanceof SiteRefused)) return error
  const what = `Azure did not bind ${host}: ${error.message}`
  const advice = 'A new record may take an hour to be seen everywhere. Nothing was changed; once they are there:'
  return new Stop([what, ...records(site, host), advice].join('\n'), ['npm run domain -- bind'])
}

const bind = async (context: Context): Promise<void> => {
  const host = wantedHost(context)
  const site = await openSite(context)
  if (!site.takesCertificates)
    throw new Stop(
      `This app was made before apps of its kind could have certificates, and that cannot be changed. A front door can have the domain (${DOCUMENT}#front-doors). Nothing was changed; without one, the app keeps its name:`,
      ['azd env set CUSTOM_BASE_URL='],
    )
  const before = await site.binding(host)
  if (before === undefined)
    await site.bind(host).catch((error: unknown) => {
      throw refusedAs(error, site, host)
    })
  if (optional(context, 'CUSTOM_DOMAIN') !== host) await setValue(context, 'CUSTOM_DOMAIN', host)
  const isMoved = hostOf(optional(context, 'PUBLIC_BASE_URL')) === host
  context.say(
    `${host}: ${stateOf(before ?? { host, tls: false })}.${isMoved ? '' : ' The address of the app has not changed yet.'}`,
  )
  if (before?.tls !== true) context.say(`The certificate, which takes some minutes:\n  ${CERTIFIES}`)
  if (!isMoved) context.say(`${before?.tls === true ? 'Now' : 'Then'} the address, ${MOVES}`)
}

const unbind = async (context: Context, host: string): Promise<void> => {
  if (!HOST.test(host) || PLATFORM.test(host)) throw new Stop(`${host} is no host of yours.`, USAGE)
  if (['PUBLIC_BASE_URL', 'CUSTOM_BASE_URL'].some((name) => hostOf(optional(context, name)) === host))
    throw new Stop(
      `${host} is the address of the app, or to be it. First give it another address, or that of the platform:`,
      ['azd env set CUSTOM_BASE_URL=', 'azd env set CUSTOM_DOMAIN=', 'azd up'],
    )
  const site = await openSite(context)
  if (optional(context, 'CUSTOM_DOMAIN') === host) await setValue(context, 'CUSTOM_DOMAIN', '')
  await site.unbind(host)
  context.say(
    `${host} is not bound any more. Take its records away, too: a CNAME that leads to a free name can be taken over.`,
  )
}

/** How it is called. */
export const USAGE = [
  'npm run domain                    the records that CUSTOM_BASE_URL needs, and what comes next',
  'npm run domain -- bind            binds its host to the app, without TLS: the first of two steps',
  'npm run domain -- unbind <host>   takes a host, and its certificate, from the app',
]

/** `npm run domain`: a host name of the company's own. */
export const domain = async (context: Context): Promise<void> => {
  const [what, host, ...more] = context.args
  const isCall =
    what === undefined || (what === 'bind' && host === undefined) || (what === 'unbind' && host !== undefined)
  if (!isCall || more.length > 0) throw new Stop('Say which:', USAGE)
  const environment = await withAzdValues(context)
  await signedIn(environment)
  try {
    if (what === undefined) await show(environment)
    else if (what === 'bind') await bind(environment)
    else await unbind(environment, host ?? '')
  } catch (error) {
    if (!(error instanceof SiteRefused)) throw error
    throw new Stop(`Azure refused: ${error.message}`, [`az account show`, 'npm run domain'])
  }
}
