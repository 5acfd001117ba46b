import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type FunctionsHost, startFunctionsHost } from '../functions-host/start.ts'
import type { Front } from './front/front.ts'
import type { Handler } from './front/routes.ts'
import type { IdentityEndpoint } from './managed-identity/identity-endpoint.ts'

export type DeployedAppOptions = {
  /** What azd uploads, unpacked. */
  readonly dir: string
  /** The site's application settings, whole: nothing is added but what the platform itself sets. */
  readonly settings: Readonly<Record<string, string>>
  readonly siteName: string
  /** `<site>.azurewebsites.net` unless given; the site answers there and under its further names. */
  readonly hostName?: string
  readonly customNames?: readonly string[]
  readonly front: Front
  readonly identity: Pick<IdentityEndpoint, 'environment'>
  readonly onLog?: (line: string) => void
}

export type DeployedApp = {
  /** `https://<site>.azurewebsites.net`, through the front. */
  readonly url: string
  readonly host: FunctionsHost
  /** The platform's front end before it, for a name that is bound later. */
  readonly handler: Handler
  /** What the app runs with: its settings and the platform's own. */
  readonly environment: Readonly<Record<string, string>>
  /** Stops the app and takes its names away. */
  readonly stop: () => Promise<void>
}

/**
 * What Flex Consumption puts beside an app's settings.
 * @see https://learn.microsoft.com/azure/app-service/reference-app-settings
 */
const platformSettings = (siteName: string, hostName: string) => ({
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  FUNCTIONS_EXTENSION_VERSION: '~4',
  FUNCTIONS_WORKER_RUNTIME: 'node',
  WEBSITE_HOSTNAME: hostName,
  WEBSITE_INSTANCE_ID: randomUUID(),
  WEBSITE_SITE_NAME: siteName,
  WEBSITE_SKU: 'FlexConsumption',
})

/** The headers of App Service's front end; what a client sends by these names does not reach the app, but for the list of hops. */
function frontEndHeaders(request: IncomingMessage, siteName: string): Record<string, string> {
  const client = `${request.socket.remoteAddress ?? ''}:${request.socket.remotePort ?? 0}`
  const before = request.headers['x-forwarded-for']
  const path = request.url ?? '/'
  return {
    'client-ip': client,
    'disguised-host': request.headers.host ?? '',
    'max-forwards': '10',
    'was-default-hostname': request.headers.host ?? '',
    'x-appservice-proto': 'https',
    'x-arr-log-id': randomUUID(),
    'x-arr-ssl': '2048|256|CN=Microsoft Azure RSA TLS Issuing CA|CN=*.azurewebsites.net',
    'x-forwarded-for': before === undefined ? client : `${String(before)}, ${client}`,
    'x-forwarded-proto': 'https',
    'x-forwarded-tlsversion': '1.3',
    'x-original-url': path,
    'x-site-deployment-id': siteName,
    'x-waws-unencoded-url': path,
  }
}

/**
 * Starts the app as it is deployed: from its package, with the template's settings, under its real name.
 * @throws Error with the host's log when it does not start
 */
export async function startDeployedApp(options: DeployedAppOptions): Promise<DeployedApp> {
  const { dir, settings, siteName, front, identity, onLog } = options
  const hostName = options.hostName ?? `${siteName}.azurewebsites.net`
  const environment = { ...platformSettings(siteName, hostName), ...settings, ...identity.environment }
  const env = { ...environment, ...front.environment }
  const host = await startFunctionsHost({ appDir: dir, env, ...(onLog && { onLog }) })
  const port = Number(new URL(host.url).port)
  const handler: Handler = (request, response) =>
    front.proxy.forward({ port }, request, response, { headers: frontEndHeaders(request, siteName) })
  const names = [hostName, ...(options.customNames ?? [])]
  names.forEach((name) => front.route(name, handler))
  const stop = async () => {
    names.forEach((name) => front.route(name, undefined))
    await host.close()
  }
  return { url: `https://${hostName}`, host, handler, environment, stop }
}
