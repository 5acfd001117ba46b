import { createHash } from 'node:crypto'
import { ArmError } from '../../errors.ts'
import { toText, type Value } from '../../expression/values.ts'
import type { Kind } from '../kinds.ts'
import { findResource, type Resource, type Wanted, type World } from '../world.ts'

const parentOf = ({ id }: Wanted, world: World): Resource => {
  const site = findResource(world, id.replace(/\/[^/]+\/[^/]+$/, ''))
  if (site === undefined) throw new Error(`${id} has no site`)
  return site
}
const ownName = ({ name }: Wanted): string => name.split('/').at(-1) ?? ''
const below = (world: World, site: Resource, type: string): Resource[] =>
  [...world.resources.values()].filter(
    (one) =>
      one.type.toLowerCase() === `microsoft.web/sites/${type.toLowerCase()}` &&
      one.id.toLowerCase().startsWith(`${site.id.toLowerCase()}/`),
  )
const bad = (message: string, status = 400): ArmError =>
  new ArmError(status === 404 ? 'NotFound' : 'BadRequest', message, { status })

/** The words of App Service: github.com/rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto/issues/25 (ExtendedCode 04006). */
const checkRecords = (host: string, site: Resource, world: World): void => {
  const target = toText(site.properties['defaultHostName'])
  if (world.dns.cname(host) !== target) throw bad(`A CNAME record pointing from ${host} to ${target} was not found.`)
  const id = toText(site.properties['customDomainVerificationId'])
  if (!world.dns.txt(`asuid.${host}`).includes(id))
    throw bad(`A TXT record pointing from asuid.${host} to ${id} was not found.`)
}

const binding: Kind = {
  check: (wanted, world) => {
    const [site, host] = [parentOf(wanted, world), ownName(wanted)]
    checkRecords(host, site, world)
    const { sslState = 'Disabled', thumbprint } = wanted.declared
    if (sslState === 'Disabled') return
    const found = below(world, site, 'certificates').some(
      ({ properties }) => properties['thumbprint'] === thumbprint && properties['canonicalName'] === host,
    )
    if (!found) throw bad(`Certificate with thumbprint '${toText(thumbprint ?? '')}' was not found.`, 404)
  },
}

/** At most three of its own: techcommunity.microsoft.com/blog/appsonazureblog, 14 September 2026. */
const MOST_CERTIFICATES = 3

const certificate: Kind = {
  check: (wanted, world, before) => {
    const site = parentOf(wanted, world)
    const host = toText(wanted.declared['canonicalName'])
    if (site.properties['siteScopedCertificatesEnabled'] !== true)
      throw bad(`Cannot find SiteCertificate with name ${ownName(wanted)}.`, 404)
    // Bound first, without TLS: github.com/hashicorp/terraform-provider-azurerm/issues/31884 and the portal's own order.
    if (!below(world, site, 'hostNameBindings').some((one) => ownName(one) === host))
      throw bad(
        `Properties.CanonicalName is invalid. Certificate creation requires hostname ${host} added to an App Service app.`,
      )
    checkRecords(host, site, world)
    if (before === undefined && below(world, site, 'certificates').length >= MOST_CERTIFICATES)
      throw bad('The number of certificates of the site has reached its limit.')
  },
  runTime: ({ id, declared }, world, before) => ({
    thumbprint:
      before?.properties['thumbprint'] ?? thumbprintOf(`${id} ${toText(declared['canonicalName'])} ${world.now()}`),
  }),
}

const thumbprintOf = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase()

/** Which names a site answers to, and with TLS of its own. */
export const boundTo = (site: Resource, world: World): { readonly host: string; readonly tls: boolean }[] =>
  below(world, site, 'hostNameBindings').map((one) => ({
    host: ownName(one),
    tls: one.properties['sslState'] === 'SniEnabled',
  }))

/** Chosen when a site is made: learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code#site-scoped-certificates */
export const takesCertificates = (declared: Value | undefined, before: Resource | undefined): boolean =>
  before === undefined ? declared === true : before.properties['siteScopedCertificatesEnabled'] === true

export const verificationIdOf = ({ subscriptionId }: World): string =>
  createHash('sha256').update(`asuid ${subscriptionId}`).digest('hex').toUpperCase()

export const HOST_NAMES: Readonly<Record<string, Kind>> = {
  'Microsoft.Web/sites/hostNameBindings': binding,
  'Microsoft.Web/sites/certificates': certificate,
}
