import { generate } from 'selfsigned'

/** PEM. */
export type Certificate = { readonly cert: string; readonly key: string }

export type Authority = {
  /** PEM of the authority itself, for those who are to trust it. */
  readonly ca: string
  /** A certificate for these names: `*.` in front stands for one label. */
  readonly certificate: (names: readonly string[]) => Promise<Certificate>
}

const HOUR_MS = 3_600_000
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
const ELLIPTIC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

const lifetime = () => ({
  notBeforeDate: new Date(Date.now() - HOUR_MS),
  notAfterDate: new Date(Date.now() + 48 * HOUR_MS),
})

/** A certification authority of this run alone; it lives in memory and signs with P-256. */
export async function createAuthority(): Promise<Authority> {
  const ca = await generate([{ name: 'commonName', value: 'Rehearsal CA' }], {
    ...ELLIPTIC,
    ...lifetime(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const certificate = async (names: readonly string[]): Promise<Certificate> => {
    const altNames = names.map((name) =>
      IPV4.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
    )
    const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'rehearsal' }], {
      ...ELLIPTIC,
      ...lifetime(),
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    })
    return { cert: leaf.cert, key: leaf.private }
  }
  return { ca: ca.cert, certificate }
}
