import { boundTo } from '../../../test/sandbox/azure/arm/resources/names/host-names.ts'
import type { Dns } from '../../../test/sandbox/azure/arm/resources/world.ts'
import type { Service } from '../../../test/sandbox/azure/front/front.ts'
import type { DeployedApp } from '../../../test/sandbox/azure/start-deployed-app.ts'
import type { Arm } from '../../../test/sandbox/azure/arm/arm.ts'

/** The company's own domain, whose records it makes itself. */
export const OWN_DOMAIN = '.contoso.example'

export type Records = Dns & {
  readonly set: (record: { readonly type: string; readonly name: string; readonly value: string }) => void
}

/** Name servers that know what was put into them. */
export function createRecords(): Records {
  const all: { readonly type: string; readonly name: string; readonly value: string }[] = []
  const valuesOf = (type: string, name: string) =>
    all.filter((one) => one.type === type && one.name === name).map(({ value }) => value)
  return {
    set: (record) => void all.push(record),
    cname: (host) => valuesOf('CNAME', host).at(-1),
    txt: (host) => valuesOf('TXT', host),
  }
}

/**
 * What answers at a name of that domain: App Service's front end, which shows its own certificate as long as the name has
 * none, and knows no app by a name that is not bound.
 * @see https://learn.microsoft.com/azure/app-service/configure-ssl-bindings
 */
export const ownDomain = (arm: Arm, dns: Dns, app: () => DeployedApp | undefined): Service => {
  const bound = (host: string) =>
    arm
      .byType('Microsoft.Web/sites')
      .flatMap((site) => boundTo(site, arm.world))
      .find((one) => one.host === host)
  return {
    exists: (host) => dns.cname(host) !== undefined,
    certificate: (host) => (bound(host)?.tls === true ? [host] : ['*.azurewebsites.net']),
    handler: (request, response) => {
      const host = (request.headers.host ?? '').replace(/:\d+$/, '')
      const running = bound(host) === undefined ? undefined : app()
      if (running === undefined) response.writeHead(404).end('404 Web Site not found')
      else running.handler(request, response)
    },
  }
}
