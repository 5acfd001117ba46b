import { X509Certificate } from 'node:crypto'

/** When the first certificate of a PEM text ends, in epoch milliseconds. @throws for one without a certificate */
export function certificateEnd(pem: string): number {
  const start = pem.indexOf('-----BEGIN CERTIFICATE-----')
  if (start < 0) throw new TypeError('there is no certificate')
  return Date.parse(new X509Certificate(pem.slice(start)).validTo)
}
