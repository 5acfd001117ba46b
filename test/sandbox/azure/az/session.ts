import { AzError } from './errors.ts'

export type Account = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly subscriptionName: string
  readonly user: { readonly type: 'user' | 'servicePrincipal'; readonly name: string }
}
export type CloudEndpoints = { readonly graph?: string; readonly logAnalytics?: string }
export type TokenAsk = { readonly resource?: string; readonly scope?: string; readonly tenant?: string }
export type Token = { readonly accessToken: string; readonly expiresOn: number }

const NOT_SIGNED_IN = "Please run 'az login' to setup account."

/**
 * Asks the rehearsal for what az keeps in the profile of whoever is signed in. It answers in the types of this file, so
 * nothing is parsed: a rehearsal starts az hundreds of times, and zod would be half of each start.
 */
export class Session {
  /** Where the command was typed, from which its files are named. */
  readonly folder: string
  readonly #url: string
  constructor(url: string, folder: string) {
    this.#url = url
    this.folder = folder
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(new URL(path, this.#url), { method: 'POST', body: JSON.stringify(body) })
    const answer: unknown = await response.json()
    if (response.ok) return answer
    throw new AzError((answer as { readonly error: string }).error)
  }

  /** The account, by id or name of the subscription where one is given. @throws AzError as az words it */
  async account(subscription?: string): Promise<Account> {
    const account = (await this.#post('/account', {})) as Account | null
    if (!account) throw new AzError(NOT_SIGNED_IN)
    const { subscriptionId, subscriptionName } = account
    const known = subscription === undefined || [subscriptionId, subscriptionName].includes(subscription)
    if (!known)
      throw new AzError(`Subscription '${subscription}' not found. Check the spelling and casing and try again.`)
    return account
  }

  /** @throws AzError with Entra's own words when it gives none */
  async token(ask: TokenAsk): Promise<Token> {
    await this.account()
    return (await this.#post('/token', ask)) as Token
  }

  /** Addresses of the cloud that the rehearsal has moved to this machine. */
  async cloud(): Promise<CloudEndpoints> {
    return (await this.#post('/cloud', {})) as CloudEndpoints
  }

  /** The browser's part of `az login`, which the rehearsal plays. */
  async signIn(tenant: string | undefined): Promise<Account> {
    await this.#post('/login', { tenant })
    return this.account()
  }

  async signOut(): Promise<void> {
    await this.account()
    await this.#post('/logout', {})
  }

  /** `az ad app permission admin-consent`: an address of the portal that is documented nowhere. */
  async consent(appId: string): Promise<void> {
    await this.account()
    await this.#post('/consent', { appId })
  }
}
