import type { IncomingMessage, ServerResponse } from 'node:http'
import { KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import { startFront } from '../../../sandbox/azure/front/front.ts'
import type { Metadata } from './profile.ts'

export type DocumentHosts = {
  /** What an app needs in its environment to find these hosts where it would look for those of the Internet. */
  readonly environment: Readonly<Record<string, string>>
  /** Serves a document at the address that it names. */
  readonly publish: (document: Metadata & { readonly client_id: string }) => void
  readonly close: () => Promise<void>
}

const HOSTS = new Set(Object.values(KNOWN_CLIENTS).flatMap(({ metadataDomains }) => metadataDomains))
const NAMES = new URL('names.mjs', import.meta.url).href

/** The hosts of the metadata documents of known clients, by their real names over TLS, on this machine. */
export async function startDocumentHosts(): Promise<DocumentHosts> {
  const documents = new Map<string, Metadata>()
  const serve = ({ headers, url }: IncomingMessage, response: ServerResponse): void => {
    const document = documents.get(`https://${headers.host ?? ''}${url ?? ''}`)
    if (document) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
    else response.writeHead(404).end()
  }
  const front = await startFront({ routes: Object.fromEntries([...HOSTS].map((host) => [host, serve])) })
  const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, REHEARSAL_HOSTS } = front.environment
  return {
    environment: { NODE_OPTIONS: `${NODE_OPTIONS} --import=${NAMES}`, NODE_EXTRA_CA_CERTS, REHEARSAL_HOSTS },
    publish: (document) => void documents.set(document.client_id, document),
    close: front.close,
  }
}
