import { quoted } from '../../../doctor/wire/plain-text.ts'
import { matches } from '../compare.ts'
import { description } from '../description.ts'
import type { Graph } from '../graph/client.ts'
import { isGuid } from '../options.ts'
import type { Application } from '../parts.ts'
import type { Report } from '../report.ts'

export type FederatedCredential = {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
}
type Trusted = { readonly issuer: string; readonly subject: string }

const { federatedCredential } = description
/** In a command that somebody pastes stands nothing but an id. */
const idOf = (text: string): string => (isGuid(text) ? text : '<id>')

const PART = `federated credential ${federatedCredential.name}`

export const listFederatedCredentials = (graph: Graph, application: Application): Promise<FederatedCredential[]> =>
  graph.list<FederatedCredential>(`/applications/${application.id}/federatedIdentityCredentials`)

const wantedCredential = (trusted: Trusted) => ({
  ...trusted,
  description: federatedCredential.description,
  audiences: [federatedCredential.audience],
})

/** Ours: by what it trusts, since issuer and subject are unique within an application, else by its name. */
const ownOf = (present: readonly FederatedCredential[], trusted: Trusted): FederatedCredential | undefined =>
  present.find((one) => matches(one, trusted)) ?? present.find(({ name }) => name === federatedCredential.name)

type Where = { readonly applicationId: string; readonly fresh: boolean; readonly dryRun: boolean }

/** Lets the managed identity prove the app to Entra. */
export const repairFederatedCredential = async (
  graph: Graph,
  trusted: Trusted,
  present: readonly FederatedCredential[],
  { applicationId, fresh, dryRun }: Where,
  report: Report,
): Promise<void> => {
  const path = `/applications/${applicationId}/federatedIdentityCredentials`
  const wanted = wantedCredential(trusted)
  const own = ownOf(present, trusted)
  if (own === undefined) {
    const body = { name: federatedCredential.name, ...wanted }
    if (!dryRun) await graph.send('POST', path, body, { settling: fresh })
    report.made(PART, `trusts the managed identity ${trusted.subject}`)
  } else if (matches(own, wanted)) report.fine(PART)
  else {
    if (!dryRun) await graph.send('PATCH', `${path}/${own.id}`, wanted)
    report.changed(PART, `trusted ${quoted(own.subject)} of ${quoted(own.issuer)}, now ${trusted.subject}`)
  }
}

/**
 * Names whatever else can prove itself as this app: a federated credential that an earlier deployment or somebody left
 * behind, a secret, a certificate. They are not removed unasked, since something may run on them.
 */
export const reportForeignCredentials = (
  application: Application,
  present: readonly FederatedCredential[],
  trusted: Trusted,
  report: Report,
): void => {
  const own = ownOf(present, trusted)
  const foreign = present.filter((one) => one !== own)
  const id = idOf(application.appId)
  for (const { id: credential, name, issuer, subject } of foreign)
    report.attention(
      `The federated credential ${quoted(name)} (issuer ${quoted(issuer)}, subject ${quoted(subject)}) is none of this deployment's: whoever ` +
        `holds that identity can act as the app. Remove it:\n` +
        `    az ad app federated-credential delete --id ${id} --federated-credential-id ${idOf(credential)}`,
    )
  const secrets = (application.passwordCredentials ?? []).map((one) => ({ ...one, kind: 'secret', flag: '' }))
  const certificates = (application.keyCredentials ?? []).map((one) => ({
    ...one,
    kind: 'certificate',
    flag: ' --cert',
  }))
  for (const { keyId, displayName, kind, flag } of [...secrets, ...certificates])
    report.attention(
      `There is a client ${kind} (${quoted(displayName ?? keyId)}), which this deployment neither made nor needs: whoever holds it ` +
        `can act as the app. Remove it:\n    az ad app credential delete --id ${id} --key-id ${idOf(keyId)}${flag}`,
    )
}
