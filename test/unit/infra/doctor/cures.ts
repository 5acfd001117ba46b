import { type Admission, type Told } from '../../../../infra/doctor/clients/ask-clients.ts'
import { allNeeds, MADE_UP_LOOPBACK } from '../../../../infra/doctor/clients/needs.ts'
import { readConfig } from '../../../../shared/config/config.ts'
import { admits } from '../../../../shared/oauth/clients/documents/document-hosts.ts'
import { isAllowedRedirect } from '../../../../shared/oauth/clients/redirect-uri.ts'
import { PRODUCTION } from '../../config/environments.ts'

export type Settings = Readonly<Record<string, string>>

/** What an app in Azure with these settings would tell whoever asks it of each address, origin and host. */
export function admissionBy(settings: Settings): Admission {
  const { clients, allowedOrigins } = readConfig({ ...PRODUCTION, ...settings })
  const rule = { patterns: clients.redirectPatterns, loopback: clients.loopbackRedirects }
  const told = (names: readonly string[], is: (name: string) => boolean): Told =>
    new Map(names.map((name) => [name, is(name)] as const))
  const redirects = told([...allNeeds('redirects'), MADE_UP_LOOPBACK], (uri) => isAllowedRedirect(uri, rule))
  return {
    redirects,
    origins: told(allNeeds('origins'), (origin) => allowedOrigins.includes(origin)),
    documentHosts: told(
      clients.metadataDocuments ? allNeeds('documentHosts') : [],
      (host) => admits(host, clients.metadataDomains) !== undefined,
    ),
    anyLoopback: redirects.get(MADE_UP_LOOPBACK) === true,
  }
}

/** The settings once somebody has typed what the cure says, and nothing else. */
export function followed(fix: string, settings: Settings): Settings {
  const after: Record<string, string> = { ...settings }
  for (const line of fix.split('\n')) {
    const [, name, quoted = '', bare = ''] = /^ {2}azd env set ([A-Z_]+)(?:=| "([^"]*)"| (\S+))$/.exec(line) ?? []
    const value = quoted + bare
    if (name === undefined) continue
    if (value === '') Reflect.deleteProperty(after, name)
    else after[name] = value
  }
  return after
}
