import { wireFetch, type WireFetch } from '../../../../../shared/dataverse/web-api/wire-fetch.ts'
import { fetchHere } from '../../../../sandbox/dataverse/http/in-process.ts'
import type { Stage, Who } from '../../support/sandbox-stage.ts'

type Members = Readonly<Record<string, unknown>>

/** Dataverse as somebody else sees it, who is not the app. */
export async function direct(
  stage: Stage,
  path: string,
  { who = 'sales-manager', body }: { readonly who?: Who; readonly body?: Members } = {},
): Promise<{ readonly status: number; readonly row: Members }> {
  const response = await fetchHere(`${stage.dataverse.url}/api/data/v9.2/${path}`, {
    method: body ? 'PATCH' : 'GET',
    headers: {
      authorization: `Bearer ${stage.callerOf(who).dataverseToken}`,
      accept: 'application/json',
      'odata-version': '4.0',
      ...(body && { 'content-type': 'application/json', 'if-match': '*' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, row: text === '' ? {} : (JSON.parse(text) as Members) }
}

export type Seen = { readonly method: string; readonly url: string; readonly headers: Headers; readonly body: string }

/**
 * A wire that can be cut, and that tells what went over it.
 * @param over `askHere` for whoever asks by the hundred; each fault is told over a real one by `endings.test.ts`
 */
export function watchedWire(over: WireFetch = wireFetch) {
  const sent: Seen[] = []
  const hooks: { beforeWrite?: (() => Promise<void>) | undefined; readsFail?: boolean | undefined; writesTo?: string } =
    {}
  const wire: WireFetch = async (url, init) => {
    const { method, headers, body = '' } = init
    const isWrite = method !== 'GET' && !url.href.endsWith('$batch')
    if (isWrite) {
      const { beforeWrite } = hooks
      hooks.beforeWrite = undefined
      await beforeWrite?.()
      sent.push({ method, url: url.href, headers: new Headers(headers), body })
      if (hooks.writesTo !== undefined) return await over(new URL(url.pathname + url.search, hooks.writesTo), init)
    } else if (hooks.readsFail && sent.length > 0) throw new TypeError('cut')
    return await over(url, init)
  }
  return { wire, sent, hooks }
}
