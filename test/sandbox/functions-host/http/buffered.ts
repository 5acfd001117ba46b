import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Core } from '../worker/core-stub.ts'
import type { RpcHttpRequest, RpcInvocationRequest, RpcMap } from '../worker/core-types.ts'
import { invoke } from '../worker/invoke.ts'
import { type HostRequest, isChunked, readSizedBody } from './request.ts'
import { writeBuffered } from './response.ts'
import type { Hit } from '../routing/router.ts'
import { triggerMetadata } from '../worker/trigger-metadata.ts'

const toRpcMap = (record: Readonly<Record<string, string>>): RpcMap =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, { value }]))

/** What the host sends to the worker for one request. */
export function invocationRequest(
  hit: Hit,
  request: HostRequest,
  body: Buffer | undefined,
  http: Partial<RpcHttpRequest>,
): RpcInvocationRequest {
  return {
    invocationId: randomUUID(),
    functionId: hit.fn.id,
    inputData: [{ name: hit.bindingName, data: { http } }],
    triggerMetadata: triggerMetadata({ params: hit.params, query: request.query, headers: request.headers, body }),
    traceContext: {
      traceParent: request.headers.traceparent ?? '',
      traceState: request.headers.tracestate ?? '',
      attributes: {},
    },
  }
}

/** The default mode: the whole request goes to the worker in one message, and so does the answer. */
export async function serveBuffered(core: Core, hit: Hit, request: HostRequest, response: ServerResponse) {
  const body = await readSizedBody(request)
  if (isChunked(request)) {
    request.raw.resume()
    core.log('warning', 'system', `${hit.fn.metadata.name}: chunked request body dropped, it has no Content-Length`)
  }
  const http: RpcHttpRequest = {
    url: request.url,
    method: request.method,
    nullableHeaders: toRpcMap(request.headers),
    nullableQuery: toRpcMap(request.query),
    nullableParams: toRpcMap(hit.params),
    ...(body && { body: { bytes: body } }),
  }
  const answer = await invoke(core, hit.fn, invocationRequest(hit, request, body, http))
  writeBuffered(response, request.method, answer.returnValue?.http)
}
