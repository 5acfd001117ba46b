import { afterAll } from '@jest/globals'
import type { FunctionsHost } from '../../../sandbox/functions-host/start.ts'
import type { Sandbox } from '../../../sandbox/start-sandbox.ts'
import { NamedClient } from '../../support/named-client.ts'
import { useSandbox } from '../../support/suite.ts'
import { type DocumentHosts, startDocumentHosts } from '../profiles/document-hosts.ts'
import type { ClientProfile } from '../profiles/profile.ts'
import { NAMES } from './cases.ts'

export type Stage = {
  /** Names all, in stream mode. */
  readonly sandbox: () => Sandbox
  /** Another instance, and other settings. */
  readonly start: (settings: Readonly<Record<string, string>>) => Promise<FunctionsHost>
  readonly clientAt: (profile: ClientProfile, host: { readonly url: string }) => NamedClient
  readonly publish: DocumentHosts['publish']
}

/** The hosts of metadata documents are found before the sandbox starts, whose app is told of them. */
export async function useNamedClients(): Promise<Stage> {
  const documents = await startDocumentHosts()
  afterAll(documents.close)
  // Development alone would admit every loopback address.
  const strict = { LOOPBACK_REDIRECTS: 'false', ...documents.environment }
  const sandbox = useSandbox({
    deployed: true,
    settings: { ...strict, CLIENTS: NAMES.join(','), HTTP_STREAMS: 'true' },
  })
  return {
    sandbox,
    start: (settings) => sandbox().startInstance({ ...strict, ...settings }),
    clientAt: (profile, { url }) => new NamedClient(profile, { publicUrl: sandbox().app.url, url }),
    publish: documents.publish,
  }
}
