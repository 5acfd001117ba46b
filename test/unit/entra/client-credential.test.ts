import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type CredentialSources, msalCredential } from '../../../shared/entra/client-credential.ts'
import { selfSignedCertificate } from '../../sandbox/self-signed-certificate.ts'

const { cert, key } = selfSignedCertificate(['crm.example'])
const other = selfSignedCertificate(['ca.example'])
const sourcesOf = (secret: string): CredentialSources => ({
  managedIdentityAssertion: () => Promise.resolve('assertion'),
  vaultSecret: (name) => Promise.resolve(`${secret}${name === 'named' ? '' : name}`),
})
const certificate = (pem: string) => msalCredential({ kind: 'certificate', secretName: 'named' }, sourcesOf(pem))

describe('how the app proves itself', () => {
  test('managed identity: an assertion that is asked for at each use', async () => {
    const { clientAssertion } = await msalCredential({ kind: 'managed-identity', clientId: 'id' }, sourcesOf(''))
    expect(await (clientAssertion as () => Promise<string>)()).toBe('assertion')
  })

  test.each([
    ['the vault', { kind: 'vault-secret', secretName: 'named' }, 'from the vault'],
    ['a setting', { kind: 'plain-secret', secret: 'plain' }, 'plain'],
  ] as const)('a secret from %s', async (_, credential, clientSecret) => {
    expect(await msalCredential(credential, sourcesOf('from the vault'))).toEqual({ clientSecret })
  })

  test.each([
    ['key first', `${key}\n${cert}`],
    ['certificate first', `${cert}\n${key}`],
    ['with its issuer after it', `${key}\n${cert}\n${other.cert}`],
    [
      'with attributes between, as Key Vault exports it',
      `Bag Attributes\n  friendlyName: a\n${key}\nsubject=/CN=a\n${cert}`,
    ],
    ['Windows line ends', `${key}\n${cert}`.replaceAll('\n', '\r\n')],
  ])('a certificate, %s', async (_, pem) => {
    const { clientCertificate } = await certificate(pem)
    expect(clientCertificate?.thumbprintSha256).toBe(new X509Certificate(cert).fingerprint256.replaceAll(':', ''))
    expect(clientCertificate?.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----$/)
  })

  test.each([
    ['no key', cert],
    ['no certificate', key],
    ['nothing', ''],
    ['a key that is encrypted', `${key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')}\n${cert}`],
    ['PKCS#12', Buffer.from('pfx').toString('base64')],
  ])('%s is said so, and not quoted', async (_, pem) => {
    await expect(certificate(pem)).rejects.toThrow(
      /^the certificate secret must hold a certificate and its private key in PEM$/,
    )
  })
})
