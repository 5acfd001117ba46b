import type { Config } from '../../config/config.ts'
import { createEndpoints, type EndpointName, type Served } from '../endpoints.ts'
import { wireFetch } from '../../dataverse/web-api/wire-fetch.ts'
import { createServices, type Services, type World } from '../services.ts'
import type { Credential } from './credential.ts'

/** All that a worker loads when the first request comes that needs more than to be told where to sign in. */
export type Rest = {
  readonly services: Services
  readonly endpoints: Readonly<Record<EndpointName, Served>>
}

/** @param world all of it but what asks Dataverse, which is loaded with whatever asks it */
export function createRest(config: Config, world: Omit<World, 'wireFetch'>, credential: Credential): Rest {
  const services = createServices(config, { ...world, wireFetch }, credential)
  return { services, endpoints: createEndpoints(config, services) }
}
