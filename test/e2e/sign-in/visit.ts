import { parseForms } from '../../sandbox/chatgpt/html-form.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { type Page, Tab, type TabOptions } from '../support/tab.ts'

export type Visited = { readonly tab: Tab; readonly page: Page; readonly url: string }

/** Opens `/me` and presses "Sign in", as far as Entra's page. */
export async function beginVisit(
  { app }: Sandbox,
  options: TabOptions = {},
): Promise<Visited & { readonly sent: Page }> {
  const tab = new Tab(options)
  const url = `${app.url}/me`
  const sent = await tab.press(await tab.open(url), 'sign-in')
  return { tab, url, sent, page: await tab.follow(sent) }
}

/** The whole way: the account is picked, and the last page lists the person's connections. */
export async function visit(sandbox: Sandbox, upn: string, options: TabOptions = {}): Promise<Visited> {
  const { tab, url, page } = await beginVisit(sandbox, options)
  const returned = await tab.follow(await tab.press(page, upn))
  return { tab, url, page: await tab.follow(returned) }
}

/** What binds the forms of a page to its visit. */
export const proofOf = (page: Page): string =>
  new Map(parseForms(page.text, page.url).flatMap(({ fields }) => fields)).get('proof') ?? ''

/** The grants that the page has a form for, in its order. */
export const grantsOn = (page: Page): string[] =>
  parseForms(page.text, page.url).flatMap(({ fields }) =>
    fields.filter(([name]) => name === 'grant').map(([, id]) => id),
  )

/** Presses a button of the page, by the form that it stands in. */
export const answer = (
  { tab, url, page }: Visited,
  fields: Readonly<Record<string, string>>,
  origin = new URL(url).origin,
) => tab.post(url, { proof: proofOf(page), ...fields }, origin)
