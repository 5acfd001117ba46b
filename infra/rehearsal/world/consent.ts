import { TENANT_ID } from '../../../test/sandbox/people.ts'

/**
 * Opens the address that grants consent for the tenant, as somebody does in a browser, and accepts.
 * @throws Error with Microsoft's words when it is refused
 */
export async function acceptConsent(address: string, upn: string): Promise<void> {
  const body = new URLSearchParams({ account: upn, grant: '1' })
  const response = await fetch(address, { method: 'POST', redirect: 'manual', body })
  if (response.status >= 400)
    throw new Error(/AADSTS\d+[^<]{0,300}/.exec(await response.text())?.[0] ?? `status ${response.status}`)
}

export const consentAddress = (appId: string): string =>
  `https://login.microsoftonline.com/${TENANT_ID}/adminconsent?client_id=${appId}`
