import { X509Certificate } from 'node:crypto'
import type { NodeAuthOptions } from '@azure/msal-node'
import type { EntraCredential } from '../config/config.ts'

export type MsalCredential = Pick<NodeAuthOptions, 'clientSecret' | 'clientAssertion' | 'clientCertificate'>

/** Where the parts of a credential come from; both remember what they fetched for a while. */
export type CredentialSources = {
  /** A token of the managed identity for Entra's token exchange. */
  readonly managedIdentityAssertion: () => Promise<string>
  /** A secret of the vault by name. */
  readonly vaultSecret: (name: string) => Promise<string>
}

/** What the app proves itself with could not be had: Entra was not even asked. */
export class ProofUnavailable extends Error {
  override readonly name = 'ProofUnavailable'
}

/** How the app proves itself to Entra, in MSAL's words. @throws ProofUnavailable, there or when MSAL asks for it */
export async function msalCredential(credential: EntraCredential, sources: CredentialSources): Promise<MsalCredential> {
  switch (credential.kind) {
    case 'managed-identity':
      return { clientAssertion: () => orUnavailable(sources.managedIdentityAssertion()) }
    case 'certificate':
      return { clientCertificate: certificateOf(await orUnavailable(sources.vaultSecret(credential.secretName))) }
    case 'vault-secret':
      return { clientSecret: await orUnavailable(sources.vaultSecret(credential.secretName)) }
    case 'plain-secret':
      return { clientSecret: credential.secret }
  }
}

const orUnavailable = (proof: Promise<string>): Promise<string> =>
  proof.catch((cause: unknown) => {
    throw new ProofUnavailable('the app’s own credential could not be read', { cause })
  })

function certificateOf(pem: string): { thumbprintSha256: string; privateKey: string; x5c: string } {
  const privateKey = /-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]+-----END (?:RSA )?PRIVATE KEY-----/.exec(pem)?.[0]
  const x5c = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0]
  if (!privateKey || !x5c)
    throw new ProofUnavailable('the certificate secret must hold a certificate and its private key in PEM')
  return { privateKey, x5c, thumbprintSha256: new X509Certificate(x5c).fingerprint256.replaceAll(':', '') }
}

/** The audience of the exchange differs by cloud. @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity */
export function tokenExchangeScope(authorityHost: string): string {
  const cloud = new URL(authorityHost).hostname.endsWith('.us')
    ? 'USGov'
    : new URL(authorityHost).hostname.endsWith('.cn')
      ? 'China'
      : ''
  return `api://AzureADTokenExchange${cloud}/.default`
}
